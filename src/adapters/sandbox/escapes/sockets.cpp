// SPDX-License-Identifier: Apache-2.0
// Reaching others: networks, sockets, System V and POSIX IPC, keys.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "adapters/sandbox/escapes/victim.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

sockaddr_in address(const char* host, std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, host, &to.sin_addr);
  return to;
}

Finding must_not_connect(const char* host, std::uint16_t port, int type) {
  const UniqueFd socket(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return held(std::string("socket: ") + std::strerror(errno));
  const sockaddr_in to = address(host, port);
  const int result = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
  if (result != 0 && errno == EINPROGRESS) return broke(std::string("a packet went to ") + host);
  return must_fail("connect", result);
}

Finding host_service(const Bait& bait) { return must_not_connect("127.0.0.1", bait.port, SOCK_STREAM); }
Finding victim_service(const Bait&) { return must_not_connect("127.0.0.1", victim_port, SOCK_STREAM); }
// Addresses that are reserved for documentation: a route is enough to fail, and nobody is there.
Finding outside_by_tcp(const Bait&) { return must_not_connect("192.0.2.1", 80, SOCK_STREAM); }
Finding outside_by_udp(const Bait&) { return must_not_connect("192.0.2.1", 53, SOCK_DGRAM); }
// Cloud hosts give credentials to whoever asks this address.
Finding metadata_service(const Bait&) { return must_not_connect("169.254.169.254", 80, SOCK_DGRAM); }

Finding raw_socket(const Bait&) {
  const UniqueFd socket(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  return must_fail("socket", socket ? 0 : -1);
}

Finding family(int number, int type, int protocol) {
  const UniqueFd socket(::socket(number, type | SOCK_CLOEXEC, protocol));
  return must_be_refused("socket", socket ? 0 : -1);
}
Finding packets(const Bait&) { return family(AF_PACKET, SOCK_RAW, 0); }
Finding vsock(const Bait&) { return family(AF_VSOCK, SOCK_STREAM, 0); }
Finding netlink_route(const Bait&) { return family(AF_NETLINK, SOCK_RAW, 0); }
Finding netlink_netfilter(const Bait&) { return family(AF_NETLINK, SOCK_RAW, 12); }
Finding kernel_crypto(const Bait&) { return family(AF_ALG, SOCK_SEQPACKET, 0); }
Finding reliable_datagrams(const Bait&) { return family(AF_RDS, SOCK_SEQPACKET, 0); }
Finding ip_keys(const Bait&) { return family(AF_KEY, SOCK_RAW, 2); }
Finding cluster(const Bait&) { return family(AF_TIPC, SOCK_RDM, 0); }
Finding controller_area_network(const Bait&) { return family(AF_CAN, SOCK_RAW, 1); }

Finding every_other_family(const Bait&) {
  constexpr int most = 64;
  for (int number = 0; number < most; ++number) {
    if (number == AF_UNIX || number == AF_INET || number == AF_INET6) continue;
    for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET}) {
      const UniqueFd socket(::socket(number, type | SOCK_CLOEXEC, 0));
      if (socket) return broke("family " + std::to_string(number) + " is there");
    }
  }
  return held("only unix and internet sockets are there");
}

Finding must_not_meet(const std::string& name) {
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return must_fail("connect", ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), size));
}
Finding abstract_socket_of_host(const Bait& bait) { return must_not_meet("bait-" + bait.token); }
Finding abstract_socket_of_victim(const Bait& bait) { return must_not_meet("victim-" + bait.token); }

Finding service_sockets(const Bait&) {
  for (const char* path : {"/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock",
                           "/run/dbus/system_bus_socket", "/run/systemd/private", "/run/podman/podman.sock"}) {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::strncpy(to.sun_path, path, sizeof to.sun_path - 1);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0)
      return broke(std::string("reached ") + path);
  }
  return held("no service of the host can be reached");
}

Finding shared_memory_of_victim(const Bait&) { return must_fail("shmget", ::shmget(victim_key, 0, 0)); }
Finding messages_of_victim(const Bait&) { return must_fail("msgget", ::msgget(victim_key, 0)); }

Finding any_system_v(const Bait&) {
  for (const char* path : {"/proc/sysvipc/shm", "/proc/sysvipc/msg", "/proc/sysvipc/sem"}) {
    const std::string text = text_of(path);
    const std::size_t heading = text.find('\n');
    if (heading != std::string::npos && heading + 1 < text.size()) return broke(std::string("sees others in ") + path);
  }
  return held("it sees no IPC object");
}

Finding leave_shared_memory(const Bait&) {
  for (key_t key = 1; key < 4; ++key) {
    const int before = ::shmget(0x6c656674 + key, 0, 0);
    if (before >= 0) return broke("shared memory of an earlier match is there");
    if (::shmget(0x6c656674 + key, 4096, IPC_CREAT | 0666) < 0) return held("shared memory is refused");
  }
  return held("no shared memory of an earlier match is there");
}

Finding keyring(const Bait&) {
  constexpr int session = -3;
  return must_be_refused("add_key", ::syscall(SYS_add_key, "user", "escape", "x", 1, session));
}
Finding key_control(const Bait&) {
  return must_be_refused("keyctl", ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr));
}
Finding request_key(const Bait&) {
  return must_be_refused("request_key", ::syscall(SYS_request_key, "user", "escape", nullptr, 0));
}

}  // namespace

std::span<const Attempt> sockets() {
  static constexpr Attempt attempts[] = {
      {"host-service", "connects to a service on the host's localhost", "", host_service},
      {"other-seat-service", "connects to a port of the referee's seat", "", victim_service},
      {"outside-tcp", "connects to an address outside", "", outside_by_tcp},
      {"outside-udp", "sends a datagram outside", "", outside_by_udp},
      {"metadata-service", "asks a cloud's metadata service for credentials", "", metadata_service},
      {"raw-socket", "opens a raw socket", "", raw_socket},
      {"packet-socket", "opens AF_PACKET", "CVE-2017-7308, CVE-2020-14386", packets},
      {"vsock", "reaches the hypervisor by AF_VSOCK", "CVE-2021-26708", vsock},
      {"netlink-route", "opens AF_NETLINK", "", netlink_route},
      {"netlink-netfilter", "opens netfilter's netlink", "CVE-2023-32233, CVE-2024-1086", netlink_netfilter},
      {"kernel-crypto", "opens AF_ALG", "CVE-2017-17806", kernel_crypto},
      {"rds", "opens AF_RDS", "CVE-2010-3904", reliable_datagrams},
      {"ip-keys", "opens AF_KEY", "", ip_keys},
      {"tipc", "opens AF_TIPC", "CVE-2021-43267", cluster},
      {"can", "opens AF_CAN", "CVE-2021-22555", controller_area_network},
      {"other-families", "opens every other family of sockets", "", every_other_family},
      {"abstract-host", "connects to an abstract socket of the host", "CVE-2020-15257", abstract_socket_of_host},
      {"abstract-other-seat", "connects to an abstract socket of the referee", "", abstract_socket_of_victim},
      {"service-sockets", "connects to Docker, D-Bus and their like", "", service_sockets},
      {"other-seat-shared-memory", "attaches shared memory of the referee", "", shared_memory_of_victim},
      {"other-seat-messages", "opens a message queue of the referee", "", messages_of_victim},
      {"list-ipc", "lists System V objects of others", "", any_system_v},
      {"leave-shared-memory", "leaves shared memory for the next match, and looks for some", "", leave_shared_memory},
      {"find-shared-memory", "looks for shared memory that an earlier match left", "", leave_shared_memory},
      {"add-key", "stores a key in a keyring of the kernel", "CVE-2016-0728", keyring},
      {"join-keyring", "joins a keyring", "CVE-2016-0728", key_control},
      {"request-key", "lets the kernel start a program for a key", "", request_key},
  };
  return attempts;
}

}  // namespace matchrunner::escapes
