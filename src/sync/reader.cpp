#include "sync/reader.hpp"

#include <algorithm>
#include <future>

#include "heed/error.hpp"

namespace heed::sync {

namespace {

constexpr int most_refusals = 12;  // halvings of a window that lead nowhere
constexpr std::int64_t least_range = 200;

}  // namespace

Reader::Reader(crm::Client& client, mirror::Mirror& mirror, std::shared_ptr<const Shape> shape,
               Run run)
    : client_(client),
      mirror_(mirror),
      shape_(std::move(shape)),
      run_(std::move(run)),
      cursor_(mirror.cursor(shape_->object)),
      range_(run_.options.load_range) {
  cursor_.object = shape_->object;
}

Ended Reader::read() {
  if (!cursor_.watermark || cursor_.load_began || run_.options.full) open_load();
  while (cursor_.load_began) {
    const Step step = load_range();
    if (step == Step::redescribe) return Ended::redescribe;
  }
  // A window that a killed run left open comes first; then the one that ends now.
  while (reached_ < run_.now) {
    if (!cursor_.window_to) open_window();
    Step step = Step::again;
    while (step == Step::again) step = window_rest();
    if (step == Step::redescribe) return Ended::redescribe;
  }
  return Ended::whole;
}

void Reader::open_load() {
  first_load_ = !cursor_.watermark;
  if (cursor_.load_began) return;
  cursor_.load_began = run_.now;
  cursor_.load_after.reset();
  cursor_.window_from = cursor_.window_to = cursor_.window_mark = cursor_.last_stamp = std::nullopt;
  cursor_.last_id.reset();
}

/// One range of ids. A range that is not full is the last; then the delta begins where the load
/// did.
Reader::Step Reader::load_range() {
  crm::Selection selection;
  selection.shape = shape_;
  selection.only = run_.only;
  selection.one_of = run_.one_of;
  selection.texts = run_.texts;
  selection.by_id = true;
  selection.after = cursor_.load_after;
  selection.limit = range_;
  const Step step = drain(selection, false);
  if (step != Step::done || answered_ >= range_) return step;
  cursor_.watermark = std::min(*cursor_.load_began, run_.covered) - run_.options.overlap;
  cursor_.load_began.reset();
  cursor_.load_after.reset();
  mirror_.save(cursor_);
  wrote_ = true;
  first_load_ = false;
  return step;
}

void Reader::open_window() {
  cursor_.window_from = cursor_.watermark;
  cursor_.window_to = run_.now;
  cursor_.window_mark =
      std::max(*cursor_.watermark, std::min(run_.now, run_.covered) - run_.options.overlap);
  cursor_.last_stamp.reset();
  cursor_.last_id.reset();
}

/// What is left of the open window: all of it, or, by two queries, what comes after the last row
/// that is stored.
Reader::Step Reader::window_rest() {
  crm::Selection selection;
  selection.shape = shape_;
  selection.only = run_.only;
  selection.one_of = run_.one_of;
  selection.texts = run_.texts;
  if (cursor_.last_stamp) {
    selection.at = cursor_.last_stamp;
    selection.after = cursor_.last_id;
    const Step ties = drain(selection, false);
    if (ties != Step::done) return ties;
    selection.at.reset();
    selection.after.reset();
    selection.later_than = cursor_.last_stamp;
  } else {
    selection.from = cursor_.window_from;
  }
  selection.to = cursor_.window_to;
  const Step step = drain(selection, true);
  if (step == Step::done && cursor_.window_to) close();
  return step;
}

/// Reads a selection to its end. While a page is stored, the next one is on its way.
Reader::Step Reader::drain(const crm::Selection& selection, bool closes) {
  std::int64_t received = 0;
  auto answer = client_.read(selection);
  for (;;) {
    if (const auto* refusal = std::get_if<crm::Refusal>(&answer)) return refused(*refusal);
    const Page page = std::move(std::get<Page>(answer));
    received += static_cast<std::int64_t>(page.size());
    const bool last = page.locator.empty();
    if (last && received != page.announced) {
      throw Error(Kind::answer, shape_->object + ": the CRM announced " +
                                    std::to_string(page.announced) + " records and sent " +
                                    std::to_string(received) + "; run heed sync again");
    }
    std::future<crm::Answer<Page>> next;
    if (!last) {
      next = std::async(std::launch::async, [&] { return client_.more(selection, page.locator); });
    }
    store(page, last, closes);
    if (last) {
      answered_ = received;
      return Step::done;
    }
    answer = next.get();
  }
}

Reader::Step Reader::refused(const crm::Refusal& refusal) {
  if (refusal.verdict == crm::Verdict::redescribe) return Step::redescribe;
  const bool hopeless = refusal.verdict == crm::Verdict::stop ||
                        refusal.verdict == crm::Verdict::resync || ++refusals_ > most_refusals;
  if (hopeless) throw refusal.error(shape_->object);
  if (refusal.verdict == crm::Verdict::smaller) {
    range_ = std::max(least_range, range_ / 2);
    if (cursor_.window_to) {
      const Moment from = cursor_.last_stamp.value_or(*cursor_.window_from);
      cursor_.window_to = from + (*cursor_.window_to - from) / 2;
      cursor_.window_mark = std::min(*cursor_.window_mark, *cursor_.window_to);
    }
  }
  return Step::again;
}

void Reader::store(const Page& page, bool last, bool closes) {
  if (run_.stop.stop_requested()) {
    throw Error(Kind::interrupted, shape_->object + ": stopped; the next run goes on from here");
  }
  replaced_ += page.replaced;
  refusals_ = 0;
  if (page.empty()) return;
  const std::optional<Moment> known_until = cursor_.watermark;
  advance(page);
  if (last && closes) close();
  tally_ += mirror_.record(page, cursor_, {run_.now, first_load_, known_until, cursor_.load_began});
  wrote_ = true;
  if (run_.progress) run_.progress({shape_->object, tally_.seen, cursor_.load_began.has_value()});
}

void Reader::advance(const Page& page) {
  const Record row = page[page.size() - 1];
  if (cursor_.load_began) {
    cursor_.load_after = row.id;
  } else {
    cursor_.last_stamp = row.stamp;
    cursor_.last_id = row.id;
  }
}

void Reader::close() {
  cursor_.watermark = cursor_.window_mark;
  reached_ = *cursor_.window_to;
  cursor_.window_from = cursor_.window_to = cursor_.window_mark = cursor_.last_stamp = std::nullopt;
  cursor_.last_id.reset();
}

}  // namespace heed::sync
