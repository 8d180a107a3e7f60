#pragma once

#include <sys/fsuid.h>
#include <unistd.h>

namespace heed::support {

/// While it lasts this thread has no rights to others' files, though root runs it.
struct Somebody {
  Somebody() { ::setfsuid(65534); }
  Somebody(const Somebody&) = delete;
  Somebody& operator=(const Somebody&) = delete;
  ~Somebody() { ::setfsuid(::geteuid()); }
};

}  // namespace heed::support
