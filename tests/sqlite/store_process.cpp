// SPDX-License-Identifier: Apache-2.0
// store_process VERB PATH NAME: works on a store as another process, and tells on standard output what it has done.
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "matchrunner/adapters/sqlite.hpp"

using namespace matchrunner;

namespace {

struct Task {
  std::string path;
  std::string name;
};

Event about(const std::string& subject) {
  Event event;
  event.kind = "match";
  event.subject = subject;
  event.type = "progress";
  return event;
}

Record record(const std::string& id) {
  Record made;
  made.kind = "match";
  made.id = id;
  made.body = "0";
  return made;
}

// One line, at once: whoever reads it may kill this process after it.
void tell(const std::string& line) { std::cout << line << std::endl; }

int fail(const Error& error) {
  tell(std::string(to_string(error.code)) + " " + error.describe());
  return 1;
}

// Opens the store; says "ok".
int open(const Task& task) {
  const auto store = make_sqlite_store({task.path});
  if (!store) return fail(store.error());
  tell("ok");
  return 0;
}

// Raises the record's version fifty times, against whoever does the same.
int raise(const Task& task) {
  const auto store = make_sqlite_store({task.path});
  if (!store) return fail(store.error());
  for (int done = 0; done < 50;) {
    const auto found = (*store)->find({"match", task.name}, {});
    if (!found || !*found) return 1;
    const auto receipt = (*store)->commit({{{**found}}, {about(task.name)}}, {});
    if (receipt) ++done;
    if (!receipt && receipt.error().code != ErrorCode::conflict) return fail(receipt.error());
  }
  tell("ok");
  return 0;
}

// Writes 1, 2, 3, ... into two records, with two events, in one batch each, for ever; says each number that is
// committed.
int count(const Task& task) {
  const auto store = make_sqlite_store({task.path});
  if (!store) return fail(store.error());
  Record left = record(task.name + "-left");
  Record right = record(task.name + "-right");
  for (Record* side : {&left, &right}) {
    const auto stored = (*store)->find({"match", side->id}, {});
    if (!stored) return fail(stored.error());
    if (*stored) *side = **stored;
  }
  while (true) {
    left.body = right.body = std::to_string(std::stoull(left.body) + 1);
    const auto receipt = (*store)->commit({{{left}, {right}}, {about(left.id), about(right.id)}}, {});
    if (!receipt) return fail(receipt.error());
    left.version = receipt->versions[0];
    right.version = receipt->versions[1];
    tell(left.body);
  }
}

// Adds records until that fails; says how many there are, then why.
int fill(const Task& task) {
  const auto store = make_sqlite_store({task.path});
  if (!store) return fail(store.error());
  for (int done = 0;; ++done) {
    Record large = record(task.name + std::to_string(done));
    large.body = std::string(64 << 10, 'x');
    const auto receipt = (*store)->commit({{{large}}, {about(large.id)}}, {});
    if (receipt) continue;
    tell(std::to_string(done));
    return fail(receipt.error());
  }
}

// As fill, where no file may be larger than 2 MiB.
int fill_limited(const Task& task) {
  const rlimit limit{2 << 20, 2 << 20};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0 || std::signal(SIGXFSZ, SIG_IGN) == SIG_ERR) return 2;
  return fill(task);
}

// Opens the store as the user nobody.
int open_as_nobody(const Task& task) {
  constexpr uid_t nobody = 65534;
  if (::setgid(nobody) != 0 || ::setuid(nobody) != 0) return 2;
  return open(task);
}

// Holds the write lock from "locked" until standard input ends.
int lock(const Task& task) {
  sqlite3* db = nullptr;
  if (sqlite3_open(task.path.c_str(), &db) != SQLITE_OK) return 2;
  if (sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK) return 2;
  tell("locked");
  for (char byte = 0; ::read(STDIN_FILENO, &byte, 1) > 0;) {
  }
  sqlite3_close(db);
  return 0;
}

struct Verb {
  const char* name;
  int (*run)(const Task& task);
};
constexpr Verb verbs[] = {{"open", open},
                          {"raise", raise},
                          {"count", count},
                          {"fill", fill},
                          {"fill_limited", fill_limited},
                          {"open_as_nobody", open_as_nobody},
                          {"lock", lock}};

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  for (const Verb& verb : verbs)
    if (std::string(arguments[1]) == verb.name) return verb.run({arguments[2], arguments[3]});
  return 2;
}
