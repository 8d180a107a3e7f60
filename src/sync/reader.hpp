#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "heed/crm.hpp"
#include "heed/mirror.hpp"
#include "heed/sync.hpp"

namespace heed::sync {

/// How reading one object ended.
enum class Ended {
  whole,      ///< it is mirrored up to the run's moment
  redescribe  ///< the CRM knows a field or the object no more; nothing is wrong with the cursor
};

/// Reads one object from its cursor to the run's moment, page by page, the next page under way
/// while one is stored.
class Reader {
 public:
  struct Run {
    Moment now;      ///< the CRM's time; windows end here
    Moment covered;  ///< and the watermark is not later than this, less the overlap
    const Options& options;
    std::string only;
    const std::function<void(const Progress&)>& progress;
    std::stop_token stop;
    std::string one_of = {};  ///< as in crm::Selection
    std::vector<std::string> texts = {};
  };

  Reader(crm::Client& client, mirror::Mirror& mirror, std::shared_ptr<const Shape> shape, Run run);

  Ended read();

  /// What was stored; values that could not be read; whether anything was written.
  const mirror::Tally& tally() const { return tally_; }
  std::int64_t replaced() const { return replaced_; }
  bool wrote() const { return wrote_; }

  /// The cursor as it is to be, stored already if wrote().
  const mirror::Cursor& cursor() const { return cursor_; }

 private:
  enum class Step { done, again, redescribe };

  void open_load();
  void open_window();
  Step load_range();
  Step window_rest();
  Step drain(const crm::Selection& selection, bool closes);
  Step refused(const crm::Refusal& refusal);
  void store(const Page& page, bool last, bool closes);
  void advance(const Page& page);
  void close();

  crm::Client& client_;
  mirror::Mirror& mirror_;
  std::shared_ptr<const Shape> shape_;
  Run run_;
  mirror::Cursor cursor_;
  bool first_load_ = false;
  std::int64_t range_;
  std::int64_t answered_ = 0;  ///< rows of the last whole answer
  Moment reached_{};           ///< the end of the last window that was read whole
  int refusals_ = 0;           ///< one after the other, without a page between them
  mirror::Tally tally_;
  std::int64_t replaced_ = 0;
  bool wrote_ = false;
};

}  // namespace heed::sync
