#pragma once

#include <istream>
#include <string>
#include <string_view>

#include "heed/store.hpp"

namespace heed::store {

// What the place where a file lies has to do with its reading. The engine keeps two files beside
// one that is read while others may write it, and cannot read it where it may not make them.

/// Whether nobody can write `path`, nor beside it: its file system is read-only as a whole, however
/// often it is mounted (a mount of its own says nothing: another may let somebody write), and of a
/// kind that neither another machine nor a folder below it writes. False where that is not known.
bool is_sealed(const std::string& path);

/// The same of the file system that the kernel knows as `device` ("8:1"), by its list of mounts.
bool is_sealed_in(std::istream& mounts, std::string_view device);

/// The address by which the engine reads such a file alone. Error(storage) where the last changes
/// are in a log beside it: without them it would be read as it never was.
std::string sealed_address(const std::string& path);

/// Throws Error(storage) if the place is why the engine answered `code` to the opening of `path`.
void blame_place(const std::string& path, Mode mode, bool sealed, int code);

}  // namespace heed::store
