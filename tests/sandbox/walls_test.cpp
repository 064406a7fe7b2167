// SPDX-License-Identifier: Apache-2.0
// What a seat cannot see, reach or do.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "base/unique_fd.hpp"
#include "catch.hpp"
#include "sandbox/promises.hpp"

using namespace matchrunner;

namespace {

// What `script` prints in a seat.
std::string says(const std::string& script) {
  SandboxMatch match;
  match.program("exec 2>&1; " + script);
  return match.play().log("main.stdout");
}

std::string python_says(const std::string& script) {
  SandboxMatch match;
  match.add("main", SeatRole::program, "python3", {"-c", script});
  match.play();
  return match.log("main.stdout") + match.log("main.stderr");
}

// Sends a descriptor of `folder` to whoever connects to `place`/leak.
void hand_over(const std::string& folder, const std::string& place) {
  const UniqueFd open_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string early = place + "/early";  // nobody may connect before it listens
  REQUIRE(early.size() < sizeof address.sun_path);
  std::copy(early.begin(), early.end(), address.sun_path);
  REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::chmod(early.c_str(), 0777) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  REQUIRE(::rename(early.c_str(), (place + "/leak").c_str()) == 0);
  const UniqueFd seat(::accept(listener.get(), nullptr, nullptr));
  REQUIRE(seat.get() >= 0);
  char byte = 'x';
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = open_folder.get();
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  REQUIRE(::sendmsg(seat.get(), &message, MSG_NOSIGNAL) == 1);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the tier is the strongest of this user, or the one asked for", "[tiers]") {
  const Tier strongest = ::geteuid() == 0 ? Tier::full : Tier::user;
  CHECK(held() == std::min(strongest, test_options().tier));
}

TEST_CASE("a seat sees nothing of the host but programs", "[tiers]") {
  for (const std::string file : {"/etc/shadow", "/etc/ssl/private/*", "/root/*", "/var/*", "/etc/machine-id"})
    CHECK(says("cat " + file + " 2>/dev/null || echo nothing") == "nothing\n");
  for (const std::string folder : {"/root", "/var", "/run", "/home"})
    CHECK(says("ls -A " + folder + " 2>/dev/null || echo nothing") == "nothing\n");
  if (!promised(Promise::own_root)) return;
  CHECK(says("echo /*") == "/bin /dev /etc /lib /lib32 /lib64 /output /proc /result /sbin /seat /tmp /usr\n");
  CHECK(contains(says("ls /root"), "No such file"));
  CHECK(contains(says("cat /etc/shadow"), "No such file"));
  CHECK(contains(says("cat /etc/ssl/private/*"), "No such file"));
  CHECK(says("cat /etc/hosts") == "127.0.0.1 localhost\n::1 localhost\n");
}

TEST_CASE("a seat can write to its own folders and /tmp only", "[tiers]") {
  for (const std::string folder : {"/", "/usr", "/etc", "/dev", "/usr/local/bin", "/etc/ssl/certs"})
    CHECK(contains(says("touch " + folder + "/x; echo; test -e " + folder + "/x || echo not there"), "not there"));
  CHECK(contains(says("touch ../x; test -e ../x || echo not there"), "not there"));
  for (const std::string folder : {"$HOME", "$TMPDIR", "$MATCHRUNNER_OUTPUT", "$(dirname $MATCHRUNNER_RESULT)"})
    CHECK(says("cd " + folder + " && echo a > x && mkdir -p y/z && mv x y/z && ln -s y w && cat w/z/x") == "a\n");
  if (promised(Promise::own_root)) CHECK(says("touch /dev/shm/x && echo there") == "there\n");
  CHECK(contains(says("echo 1 > /proc/sys/kernel/panic; echo $?"), "2"));
}

TEST_CASE("a seat starts with a clean environment and no descriptor of the host", "[tiers]") {
  CHECK(contains(says("echo $MATCHRUNNER_MATCH"), "test-"));
  CHECK(python_says("import os; print(sorted(int(f) for f in os.listdir('/proc/self/fd')))") == "[0, 1, 2, 3, 4]\n");
  if (!promised(Promise::own_root)) return;
  CHECK(says("env | grep -v ^MATCHRUNNER_MATCH= | sort") ==
        "HOME=/seat\nLANG=C.UTF-8\nMATCHRUNNER_EVENTS=3\nMATCHRUNNER_OUTPUT=/output\n"
        "MATCHRUNNER_RESULT=/result/result.json\nMATCHRUNNER_SEAT=main\nMATCHRUNNER_SETTINGS={\"seconds\": 10}\n"
        "PATH=/usr/local/bin:/usr/bin:/bin:/usr/games\nPWD=/seat\nTMPDIR=/tmp\n");
  CHECK(says("cat /proc/self/stat | cut -d' ' -f6; echo $$") == "2\n2\n");
}

TEST_CASE("a seat has no privileges and gets none", "[tiers]") {
  const std::string status = says("exec grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Seccomp):' /proc/self/status");
  CHECK(status ==
        "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
        "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
  CHECK(contains(says("mount -t tmpfs none /tmp; echo $?"), "32"));
  CHECK(contains(says("unshare -Ur true"), "unshare failed: Operation not permitted"));
  CHECK(contains(python_says("import os; os.chroot('/')"), "Operation not permitted"));
}

TEST_CASE("system calls with a history are refused", "[tiers]") {
  const std::string script = R"(
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    ctypes.set_errno(0)
    libc.syscall(number, *args)
    return errno.errorcode.get(ctypes.get_errno(), 'allowed')
for name, number, args in [('io_uring_setup', 425, (1, 0)), ('bpf', 321, (0, 0, 0)), ('userfaultfd', 323, (1,)),
                           ('perf_event_open', 298, (0, 0, -1, -1, 0)), ('keyctl', 250, (0, 0)), ('ptrace', 101, (0, 0, 0, 0)),
                           ('process_vm_readv', 310, (1, 0, 0, 0, 0, 0)), ('init_module', 175, (0, 0, 0)),
                           ('clone3', 435, (0, 0)), ('setns', 308, (0, 0)), ('open_by_handle_at', 304, (0, 0, 0)),
                           ('vsock', 41, (40, 1, 0)), ('packet', 41, (17, 3, 0)), ('netlink', 41, (16, 3, 0)),
                           ('prlimit of another', 302, (1, 0, 0, 0))]:
    print(name, call(number, *args))
)";
#if defined(__x86_64__)
  CHECK(python_says(script) ==
        "io_uring_setup ENOSYS\nbpf EPERM\nuserfaultfd EPERM\nperf_event_open EPERM\nkeyctl EPERM\nptrace EPERM\n"
        "process_vm_readv EPERM\ninit_module EPERM\nclone3 ENOSYS\nsetns EPERM\nopen_by_handle_at EPERM\n"
        "vsock EAFNOSUPPORT\npacket EAFNOSUPPORT\nnetlink EAFNOSUPPORT\nprlimit of another EPERM\n");
#endif
}

TEST_CASE("a seat has no network unless it asks for it", "[tiers]") {
  const std::string script =
      "import socket\ns = socket.socket()\ntry:\n  s.connect(('127.0.0.1', 1))\nexcept OSError as e: print(e.errno)";
  const std::string refused = python_says(script);
  if (promised(Promise::own_network)) {
    CHECK((refused == "13\n" || refused == "101\n"));  // EACCES by Landlock, else ENETUNREACH
    CHECK(says("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '") == "lo\n");
  } else {
    CHECK(contains(refused, "Address family not supported"));  // no socket to begin with
  }
  SandboxMatch match;
  match.add("main", SeatRole::program, "python3", {"-c", script}).network = true;
  CHECK(match.play().log("main.stdout") == "111\n");  // ECONNREFUSED: there is a network
}

TEST_CASE("a seat sees and reaches no other process", "[tiers]") {
  CHECK(contains(says("cat /proc/1/cmdline /proc/" + std::to_string(::getpid()) + "/environ"), "cat: "));
  CHECK(python_says("import os\nfor pid in (os.getppid(), " + std::to_string(::getpid()) +
                    "):\n  try: os.kill(pid, 0); print(pid == 1)\n  except OSError as e: print(True)") ==
        "True\nTrue\n");
  if (!promised(Promise::own_processes)) return;
  CHECK(says("echo /proc/[0-9]*") == "/proc/1 /proc/2\n");
  CHECK(contains(says("kill -9 1; echo still here"), "still here"));
  CHECK(contains(says("cat /proc/1/environ"), "Permission denied"));
}

TEST_CASE("seats of one match cannot see each other", "[tiers]") {
  if (!promised(Promise::own_root)) return;
  SandboxMatch match(Wiring::stdio);
  match.add("referee", SeatRole::referee, "sh", {"-c", "cat <&4; cat <&6"});
  match.add("white", SeatRole::player, "python3",
            {"-c",
             "import socket\nopen('/tmp/secret', 'w').write('e4')\nopen('/seat/secret', 'w').write('e4')\n"
             "s = socket.socket(socket.AF_UNIX)\ns.bind('\\0secret')\ns.listen()\nprint('up', flush=True)\n"
             "s.settimeout(0.5)\ntry:\n  s.accept()\n  print('met')\nexcept TimeoutError: print('alone')"});
  match.add("black", SeatRole::player, "python3",
            {"-c",
             "import os, socket, time\nprint(os.listdir('/tmp'), os.listdir('/seat'))\n"
             "for i in range(20):\n  s = socket.socket(socket.AF_UNIX)\n  time.sleep(0.02)\n"
             "  try: s.connect('\\0secret'); print('reached')\n  except OSError: pass\nprint(os.getuid())"});
  match.play();
  const std::string log = match.log("referee.stdout");
  CHECK(contains(log, "up\nalone\n"));
  CHECK(contains(log, "[] []\n"));
  CHECK(!contains(log, "reached"));
}

TEST_CASE("seats that share the host's files and processes cannot reach each other", "[tiers]") {
  if (promised(Promise::own_root)) return;
  SandboxMatch match(Wiring::stdio);
  match.add(
      "referee", SeatRole::referee, "python3",
      {"-c",
       "import os\npid, home, temporary = os.read(4, 4096).split()\nos.write(7, b' '.join([pid, home, temporary]) + "
       "b'\\n')\nprint(os.read(6, 4096).decode(), end='')\nos.write(5, b'end\\n')"});
  match.add("white", SeatRole::player, "python3",
            {"-c",
             "import os\nopen('secret', 'w').write('e4')\nopen(os.environ['TMPDIR'] + '/secret', 'w').write('e4')\n"
             "print(os.getpid(), os.getcwd(), os.environ['TMPDIR'], flush=True)\ninput()"});
  match.add("black", SeatRole::player, "python3",
            {"-c",
             "import os\npid, home, temporary = input().split()\nsaid = []\n"
             "def attempt(what):\n  try: what(); said.append('reached')\n  except OSError as e: said.append('held')\n"
             "for folder in (home, temporary):\n  attempt(lambda: open(folder + '/secret'))\n"
             "  attempt(lambda: os.listdir(folder))\n  attempt(lambda: open(folder + '/new', 'w'))\n"
             "  attempt(lambda: os.chmod(folder, 0o777))\n  attempt(lambda: os.rename(folder, folder + '2'))\n"
             "  attempt(lambda: os.link(folder + '/secret', 'mine'))\n"
             "attempt(lambda: os.kill(int(pid), 9))\nattempt(lambda: open('/proc/' + pid + '/status'))\n"
             "attempt(lambda: open('/proc/' + pid + '/mem'))\nattempt(lambda: os.listdir('/proc'))\nprint(*said)"});
  match.play();
  std::string held = "held";
  for (int i = 1; i < 16; ++i) held += " held";
  CHECK(match.log("referee.stdout") == held + "\n");
  CHECK(match.log("black.stderr").empty());
  CHECK(match.seat("white").verdict == Verdict::ok);
}

// As a descriptor that was forgotten would: the host hands one of its folders into a seat that runs.
TEST_CASE("an open folder of the host leads nowhere", "[tiers]") {
  if (!promised(Promise::own_root) || !in_force("landlock:files")) return;
  const TemporaryFolder host;
  ::chmod(host.path().c_str(), 0755);
  std::ofstream(host / "secret") << "read";
  SandboxMatch match;
  match.add(
      "main", SeatRole::program, "python3",
      {"-c",
       "import os, socket, time\nend = time.time() + 20\n"
       "while not os.path.exists('leak') and time.time() < end: time.sleep(0.01)\n"
       "s = socket.socket(socket.AF_UNIX)\ns.connect('leak')\n_, (folder,), _, _ = socket.recv_fds(s, 1, 1)\n"
       "def attempt(*how):\n  try: os.open(*how, dir_fd=folder); return 'reached'\n"
       "  except PermissionError: return 'held'\n"
       "print(attempt('secret', os.O_RDONLY), attempt('new', os.O_CREAT | os.O_WRONLY), attempt('.', os.O_RDONLY))"});
  match.start();
  hand_over(host.path(), match.spool("work/main/seat"));
  match.follow();
  CHECK(match.log("main.stdout") == "held held held\n");
  CHECK(match.log("main.stderr").empty());
}

TEST_CASE("what no namespace holds is refused", "[tiers]") {
  if (promised(Promise::own_ipc)) return;
  CHECK(contains(says("ipcmk -M 100; ipcmk -Q; ipcmk -S 1; echo"), "Operation not permitted"));
  CHECK(python_says(
            "import socket\nfor kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):\n"
            "  try: socket.socket(socket.AF_UNIX, kind); print('a socket')\n  except OSError as e: print(e.errno)\n"
            "socket.socketpair()\n"
            "try: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); print('a pair')\n"
            "except OSError as e: print(e.errno)") == "97\n97\n97\n");
  if (promised(Promise::attributes)) return;
  CHECK(contains(says("touch x; chmod 600 x"), "Operation not permitted"));
  CHECK(contains(says("nice -n 5 true && echo nice; renice -n 5 -p " + std::to_string(::getpid())),
                 "nice\nrenice: failed to set priority"));
}

TEST_CASE("nothing of one match is left for the next", "[tiers]") {
  if (!promised(Promise::own_root)) return;
  says("touch /tmp/x /seat/x /dev/shm/y; ipcmk -M 100; ipcmk -Q");
  CHECK(says("ls -A /tmp /seat /dev/shm/ | grep -v :; ipcs -q -m | grep ^0x; true") == "\n\n");
}

TEST_CASE("what a referee leaves is taken only as regular files", "[tiers]") {
  SandboxMatch match;
  match.program(
      "cd $MATCHRUNNER_OUTPUT; ln -s /etc/passwd link; mkfifo fifo; mkdir -p a/b; echo kept > a/b/file; chmod 0 a;"
      "ln -s /etc/passwd $MATCHRUNNER_RESULT");
  match.play();
  CHECK(match.infrastructure_error().empty());
  CHECK(!std::filesystem::exists(std::filesystem::symlink_status(match.spool("output/link"))));
  CHECK(!std::filesystem::exists(match.spool("output/fifo")));
  CHECK(!std::filesystem::exists(std::filesystem::symlink_status(match.spool("result.json"))));
  std::ifstream kept(match.spool("output/a/b/file"));
  std::string line;
  CHECK(std::getline(kept, line));
  CHECK(line == "kept");
}
