#pragma once

#include <filesystem>

namespace heed::vault {

/// Leaves the open file `fd`, which is new and shall be `file`, to the owner and the group of the
/// file whose place it takes, or else of the one that it is named after; as it is where there is
/// none. Throws Error(storage) where this user may not.
void leave_to_owner(int fd, const std::filesystem::path& file);

}  // namespace heed::vault
