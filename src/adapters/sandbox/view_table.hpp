// SPDX-License-Identifier: Apache-2.0
// What of the host a seat sees besides its own folders and read_only paths: one table, by which the launcher builds the
// view and the executor looks for commands.
#pragma once

#include <string_view>

namespace matchrunner::sandbox {

enum class ViewKind : unsigned char {
  tree,         // bound read-only with all below it; a symbolic link on the host is the same link in the view
  copy,         // a small file, or a folder of small files and links, as it was when the launcher started
  with_network  // bound only for seats with `network`
};

struct ViewRow {
  const char* path;
  ViewKind kind;
};

// A row that the host does not have is left out.
inline constexpr ViewRow view_rows[] = {
    {"/usr", ViewKind::tree},
    {"/bin", ViewKind::tree},
    {"/sbin", ViewKind::tree},
    {"/lib", ViewKind::tree},
    {"/lib32", ViewKind::tree},
    {"/lib64", ViewKind::tree},
    {"/libx32", ViewKind::tree},
    {"/etc/alternatives", ViewKind::tree},
    {"/etc/fonts", ViewKind::tree},
    {"/etc/ssl/certs", ViewKind::tree},
    {"/etc/pki/tls/certs", ViewKind::tree},
    {"/etc/pki/ca-trust/extracted", ViewKind::tree},
    {"/etc/crypto-policies", ViewKind::copy},
    {"/etc/ssl/openssl.cnf", ViewKind::copy},
    {"/etc/ca-certificates.conf", ViewKind::copy},
    {"/etc/debian_version", ViewKind::copy},
    {"/etc/gai.conf", ViewKind::copy},
    {"/etc/glvnd", ViewKind::copy},
    {"/etc/host.conf", ViewKind::copy},
    {"/etc/inputrc", ViewKind::copy},
    {"/etc/java-11-openjdk", ViewKind::tree},
    {"/etc/java-17-openjdk", ViewKind::tree},
    {"/etc/java-21-openjdk", ViewKind::tree},
    {"/etc/ld.so.cache", ViewKind::copy},
    {"/etc/ld.so.conf", ViewKind::copy},
    {"/etc/ld.so.conf.d", ViewKind::copy},
    {"/etc/locale.alias", ViewKind::copy},
    {"/etc/localtime", ViewKind::copy},
    {"/etc/magic", ViewKind::copy},
    {"/etc/mime.types", ViewKind::copy},
    {"/etc/nsswitch.conf", ViewKind::copy},
    {"/etc/os-release", ViewKind::copy},
    {"/etc/perl", ViewKind::copy},
    {"/etc/protocols", ViewKind::copy},
    {"/etc/python3", ViewKind::copy},
    {"/etc/python3.11", ViewKind::copy},
    {"/etc/services", ViewKind::copy},
    {"/etc/shells", ViewKind::copy},
    {"/etc/terminfo", ViewKind::copy},
    {"/etc/timezone", ViewKind::copy},
    {"/etc/hosts", ViewKind::with_network},
    {"/etc/resolv.conf", ViewKind::with_network},
};

// Folders that are the seat's own; nothing of the host can be seen there.
inline constexpr std::string_view own_folders[] = {"/seat", "/output", "/result", "/proc", "/dev"};

inline constexpr std::string_view default_path = "/usr/local/bin:/usr/bin:/bin:/usr/games";

// `path` is `folder` or lies below it.
constexpr bool is_within(std::string_view path, std::string_view folder) {
  return path.substr(0, folder.size()) == folder && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace matchrunner::sandbox
