#pragma once

#include "heed/store.hpp"

namespace heed::mirror {

/// heed's own tables that the mirror keeps beside the CRM's.
store::Component component();

}  // namespace heed::mirror
