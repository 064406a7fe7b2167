// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700  // for nftw
#include "ground.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ground_make(ground* on) {
  memset(on, 0, sizeof *on);
  snprintf(on->folder, sizeof on->folder, "/tmp/matchrunner-capi-XXXXXX");
  if (mkdtemp(on->folder) == NULL) {
    perror(on->folder);
    exit(1);
  }
}

static int remove_entry(const char* path, const struct stat* about, int kind, struct FTW* where) {
  (void)about;
  (void)kind;
  (void)where;
  return remove(path);
}

void ground_remove(ground* on) { nftw(on->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

const char* ground_url(ground* on, mr_flag fresh) {
  if (fresh) ++on->number;
  if (!on->is_in_a_file) return on->scheme;
  snprintf(on->url, sizeof on->url, "%s%s/%d", on->scheme, on->folder, on->number);
  return on->url;
}
