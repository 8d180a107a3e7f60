#include "sync/reader.hpp"

#include <algorithm>
#include <future>

#include "heed/error.hpp"

namespace heed::sync {

namespace {

constexpr int most_pages_refused = 40;  // one after the other, without a page between them
constexpr std::int64_t first_limit = 2000;
/// Whether changes can be asked for by their stamp.
bool may_order(const Shape& shape) {
  const auto at = shape.find(shape.stamp);
  return at && shape.fields[*at].filterable && shape.fields[*at].sortable;
}

constexpr int most_failed_pages = 4;
constexpr int most_short_answers = 2;
/// An answer of more pages takes so long that its end is not the present any more.
constexpr int most_vouched_pages = 100;

}  // namespace

Reader::Reader(const Task& task)
    : task_(task), cursor_(task.mirror.cursor(task.object())), range_(task.options.load_range) {
  cursor_.object = task.object();
  // An older heed took a record for its place that had moved behind the window meanwhile.
  const bool beyond = cursor_.last_stamp && cursor_.window_to < cursor_.last_stamp;
  if (beyond) begin_place();
  known_ = {cursor_.last_stamp, cursor_.load_began ? cursor_.load_after : cursor_.last_id};
}

Ended Reader::read() {
  const bool by_stamp = may_order(*task_.shape);
  if (!cursor_.watermark || cursor_.load_began || task_.whole || !by_stamp) open_load();
  while (cursor_.load_began) {
    const Step step = load_range();
    if (step == Step::redescribe) return Ended::redescribe;
  }
  if (!by_stamp) return Ended::whole;
  // A window that a killed run left open comes first; then the one that ends now, were it the same
  // second: what was read before may have changed since without a later stamp.
  bool opened = false;
  while (!opened || reached_ < task_.now) {
    if (!cursor_.window_to) {
      open_window();
      opened = true;
    }
    Step step = Step::again;
    while (step == Step::again) step = window_rest();
    if (step == Step::redescribe) return Ended::redescribe;
  }
  return Ended::whole;
}

void Reader::open_load() {
  first_load_ = !cursor_.watermark;
  if (cursor_.load_began && cursor_.window_mark) return;
  // Nothing is read of it yet, or by an older heed, which did not note what the CRM vouched for.
  if (!cursor_.load_began) cursor_.load_began = task_.now;
  cursor_.window_from = cursor_.window_to = std::nullopt;
  cursor_.window_mark = std::min(*cursor_.load_began, task_.covered) - task_.options.overlap;
  begin_place();
}

/// From the beginning of what is asked for.
void Reader::begin_place() {
  cursor_.load_after.reset();
  cursor_.last_stamp.reset();
  cursor_.last_id.reset();
  known_ = {};
}

/// The cursor as the mirror may have it.
mirror::Cursor Reader::stored() const {
  mirror::Cursor cursor = cursor_;
  if (cursor.load_began) {
    cursor.load_after = known_.id;
  } else {
    cursor.last_stamp = known_.stamp;
    cursor.last_id = known_.id;
  }
  return cursor;
}

/// One range of ids. A range that is not full is the last; then the delta begins where the load
/// did.
Reader::Step Reader::load_range() {
  crm::Selection selection;
  selection.shape = task_.shape;
  selection.only = task_.only;
  selection.one_of = task_.one_of;
  selection.texts = task_.texts;
  selection.by_id = true;
  selection.after = cursor_.load_after;
  selection.limit = range_;
  const Step step = drain(selection, false);
  if (step != Step::done || answered_ >= range_) return step;
  loaded_ = cursor_.load_began;
  if (first_load_) task_.mirror.note_loaded(task_.object(), *loaded_);
  cursor_.watermark = cursor_.known_until = cursor_.window_mark;
  cursor_.load_began = cursor_.window_mark = std::nullopt;
  begin_place();
  task_.mirror.save(stored());
  wrote_ = true;
  first_load_ = false;
  return step;
}

/// The watermark is where a window ended, less the overlap.
std::optional<Moment> Reader::read_before() const {
  if (cursor_.load_began || !cursor_.watermark) return std::nullopt;
  return *cursor_.watermark + task_.options.overlap;
}

void Reader::open_window() {
  cursor_.window_from = cursor_.watermark;
  cursor_.window_to = task_.now;
  cursor_.window_mark =
      std::max(*cursor_.watermark, std::min(task_.now, task_.covered) - task_.options.overlap);
  begin_place();
}

/// What is left of the open window: all of it, or, by two queries, what comes after the last row
/// that is stored.
Reader::Step Reader::window_rest() {
  crm::Selection selection;
  selection.shape = task_.shape;
  selection.only = task_.only;
  selection.one_of = task_.one_of;
  selection.texts = task_.texts;
  selection.limit = window_limit_;
  if (cursor_.last_stamp) {
    selection.at = cursor_.last_stamp;
    selection.after = cursor_.last_id;
    const Step ties = drain(selection, false);
    if (ties != Step::done) return ties;
    if (full(selection)) return Step::again;
    selection.at.reset();
    selection.after.reset();
    selection.later_than = cursor_.last_stamp;
  } else {
    selection.from = cursor_.window_from;
  }
  if (!open_ended()) selection.to = cursor_.window_to;
  const Step step = drain(selection, true);
  if (step == Step::done && full(selection)) return Step::again;
  if (step == Step::done && cursor_.window_to) close();
  return step;
}

/// Whether the window is read beyond its end: a record that was edited behind it before the
/// question came would not be shown, and nobody would know that it had been edited before the end
/// as well. What is read by parts has an end; so has history, whose rows do not move, and which is
/// not to run ahead of its records.
bool Reader::open_ended() const {
  const bool moves = task_.shape->stamp != "CreatedDate";
  return moves && window_limit_ == 0 && cursor_.window_to == task_.now;
}

/// Whether there may be more than the limit let through.
bool Reader::full(const crm::Selection& selection) const {
  return selection.limit > 0 && answered_ >= selection.limit;
}

/// Reads a selection to its end. While a page is stored, the next one is on its way.
Reader::Step Reader::drain(const crm::Selection& selection, bool closes) {
  const Begin begin{cursor_, known_};
  answered_ = 0;
  auto answer = ask([&] { return task_.client.read(selection); });
  for (bool first = true;; first = false) {
    if (const auto* refusal = std::get_if<crm::Refusal>(&answer)) return refused(*refusal);
    const Page page = std::move(std::get<Page>(answer));
    answered_ += static_cast<std::int64_t>(page.size());
    const bool last = page.locator.empty();
    if (last && answered_ != page.announced) return fell_short(begin, page.announced);
    std::future<crm::Answer<Page>> next;
    if (!last) {
      next = std::async(std::launch::async,
                        [&] { return task_.client.more(selection, page.locator); });
    }
    store(page, {first, last, closes && !full(selection)});
    if (last) return Step::done;
    answer = ask([&] { return next.get(); });
  }
}

/// The answer to `question`. A page that cannot be had while the CRM answers other questions is too
/// heavy for it: less is to be asked for.
crm::Answer<Page> Reader::ask(const std::function<crm::Answer<Page>()>& question) {
  try {
    return question();
  } catch (const Error& error) {
    if (error.kind() != Kind::unreachable || ++failed_pages_ > most_failed_pages) throw;
    try {
      task_.client.now();
    } catch (const Error&) {
      throw error;
    }
    return crm::Refusal{crm::Verdict::smaller, "a page that does not come", {}};
  }
}

/// Fewer records came than were announced, and nobody knows which are lacking: once more from where
/// the question began.
Reader::Step Reader::fell_short(const Begin& begin, std::int64_t announced) {
  if (++short_answers_ > most_short_answers) {
    throw Error(Kind::incomplete,
                task_.object() + ": the CRM announced " + std::to_string(announced) +
                    " records and sent " + std::to_string(answered_) + ", " +
                    std::to_string(short_answers_) + " times; run heed sync again");
  }
  cursor_ = begin.cursor;
  known_ = begin.known;
  task_.mirror.save(stored());
  return Step::again;
}

Reader::Step Reader::refused(const crm::Refusal& refusal) {
  if (refusal.verdict == crm::Verdict::redescribe) return Step::redescribe;
  const bool hopeless = refusal.verdict == crm::Verdict::stop ||
                        refusal.verdict == crm::Verdict::resync || ++refusals_ > most_pages_refused;
  if (hopeless) throw refusal.error(task_.object() + ": query");
  if (refusal.verdict == crm::Verdict::smaller) ask_for_less();
  return Step::again;
}

/// A load goes on in smaller ranges of ids, a window in half the time; where that is a moment, in
/// ranges as well.
void Reader::ask_for_less() {
  range_ = std::max(least_range, range_ / 2);
  if (!cursor_.window_to) return;
  const Moment from = cursor_.last_stamp.value_or(*cursor_.window_from);
  const auto half = (*cursor_.window_to - from) / 2;
  if (half > std::chrono::seconds(1)) {
    cursor_.window_to = from + half;
    cursor_.window_mark = std::min(*cursor_.window_mark, *cursor_.window_to);
  } else {
    window_limit_ = window_limit_ == 0 ? first_limit : std::max(least_range, window_limit_ / 2);
  }
}

/// Counts the values that the decoder has flagged: those without a value, and texts with a U+FFFD.
/// A text that has one in the CRM already is counted where another value of its page is bad.
void Reader::note_unreadable(const Page& page) {
  if (page.replaced == 0) return;
  for (std::size_t row = 0; row < page.size(); ++row) {
    const auto values = page[row].values;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto* text = std::get_if<std::string_view>(&values[i]);
      const bool flagged = text != nullptr ? text->find("\xEF\xBF\xBD") != std::string_view::npos
                                           : std::holds_alternative<NotShown>(values[i]);
      if (flagged) ++unreadable_[page.shape().fields[i].name];
    }
  }
}

void Reader::store(const Page& page, const Place& at) {
  task_.heed_stop();
  if (!cursor_.load_began) ++pages_;
  note_unreadable(page);
  refusals_ = 0;
  if (page.empty()) return;
  const std::optional<Moment> known_until = cursor_.known_until;
  const auto before = read_before();
  advance(page, at.first);
  if (at.last && at.closes) close();
  tally_ += task_.mirror.record(
      page, stored(), {task_.now, first_load_, known_until, cursor_.load_began, false, before});
  wrote_ = true;
  if (task_.progress) task_.progress({task_.object(), tally_.seen, cursor_.load_began.has_value()});
}

void Reader::advance(const Page& page, bool first) {
  bool moved = false;
  for (std::size_t left = page.size(); left > 0; --left) {
    const Record record = page[left - 1];
    if (!may_go_on_from(record, first)) continue;
    if (!moved) go_on_from(record);
    moved = true;
    if (task_.mirror.concealed_as(page.shape(), record)) continue;
    known_ = {record.stamp, record.id};
    return;
  }
}

void Reader::go_on_from(const Record& record) {
  if (cursor_.load_began) {
    cursor_.load_after = record.id;
  } else {
    cursor_.last_stamp = record.stamp;
    cursor_.last_id = record.id;
  }
}

/// Whether all that comes later in the answer stands behind the record in the order of the
/// question. Ids do not change. Stamps do: a page that was asked for after the first shows records
/// as they are by then, and one that was edited meanwhile stands where its old stamp was. Such a
/// stamp is no earlier than what the watermark holds back for edits that are still under way.
bool Reader::may_go_on_from(const Record& record, bool first) const {
  if (cursor_.load_began) return true;
  if (record.stamp > *cursor_.window_to) return false;
  if (cursor_.last_stamp && record.stamp < *cursor_.last_stamp) return false;
  return first || record.stamp < std::min(task_.now, task_.covered) - task_.options.overlap;
}

void Reader::close() {
  cursor_.watermark = cursor_.window_mark;
  if (open_ended() && pages_ <= most_vouched_pages) {
    cursor_.known_until = cursor_.watermark;
  }
  reached_ = *cursor_.window_to;
  cursor_.window_from = cursor_.window_to = cursor_.window_mark = std::nullopt;
  begin_place();
}

}  // namespace heed::sync
