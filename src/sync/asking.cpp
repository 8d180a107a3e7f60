#include "sync/asking.hpp"

#include <algorithm>

namespace heed::sync {

namespace {

constexpr std::size_t most_ids = 500;
constexpr int most_times_refused = 5;

Error short_answer(const std::string& object, std::int64_t announced, std::int64_t received) {
  return {Kind::incomplete, object + ": the CRM announced " + std::to_string(announced) +
                                " records and sent " + std::to_string(received) +
                                "; run heed sync again"};
}

}  // namespace

void Task::heed_stop() const {
  if (!stop.stop_requested()) return;
  throw Error(Kind::interrupted, object() + ": stopped; the next run goes on from here");
}

bool spares_others(const Error& error) {
  return error.kind() == Kind::answer && !error.is_lasting();
}

Finding refused_object(const std::string& object, const Error& error) {
  const std::string text = error.what();
  const bool named = text.find(object) != std::string::npos;
  return {object, "", named ? text : object + ": " + text};
}

std::shared_ptr<const Shape> narrow(const Shape& shape) {
  Shape few{shape.object, {}, shape.stamp};
  const auto history = mirror::history_of(shape);
  for (const auto& field : shape.fields) {
    const bool of_history = history && (field.name == history->parent || field.name == "Field");
    if (of_history || field.name == shape.stamp || field.name == "IsDeleted") {
      few.fields.push_back(field);
    }
  }
  return std::make_shared<const Shape>(std::move(few));
}

std::optional<crm::Refusal> read_pages(const Task& task, const crm::Selection& selection,
                                       const std::function<void(const Page&)>& take) {
  std::int64_t received = 0;
  auto answer = task.client.read(selection);
  for (;;) {
    task.heed_stop();
    if (auto* refusal = std::get_if<crm::Refusal>(&answer)) return std::move(*refusal);
    const Page page = std::move(std::get<Page>(answer));
    received += static_cast<std::int64_t>(page.size());
    if (!page.empty()) take(page);
    if (page.locator.empty()) {
      if (received != page.announced) throw short_answer(task.object(), page.announced, received);
      return std::nullopt;
    }
    answer = task.client.more(selection, page.locator);
  }
}

Ended read_by_id(const Task& task, const std::shared_ptr<const Shape>& shape,
                 std::span<const Id> ids, const std::function<void(const Page&)>& take) {
  std::size_t batch = most_ids;
  int refusals = 0;
  while (!ids.empty()) {
    const auto now = ids.first(std::min(batch, ids.size()));
    crm::Selection selection;
    selection.shape = shape;
    selection.by_id = true;
    selection.ids.assign(now.begin(), now.end());
    selection.ids_of = task.ids_of;
    selection.one_of = task.one_of;
    selection.texts = task.texts;
    if (const auto refusal = read_pages(task, selection, take)) {
      if (refusal->verdict == crm::Verdict::redescribe) return Ended::redescribe;
      const bool again =
          refusal->verdict == crm::Verdict::smaller || refusal->verdict == crm::Verdict::restart;
      if (!again || ++refusals > most_times_refused)
        throw refusal->error(task.object() + ": query");
      batch = std::max<std::size_t>(1, batch / 4);
      continue;
    }
    ids = ids.subspan(now.size());
  }
  return Ended::whole;
}

Ended record_by_id(const Task& task, std::span<const Id> ids, mirror::Tally& tally) {
  if (ids.empty()) return Ended::whole;
  const auto cursor = task.mirror.cursor(task.object());
  return read_by_id(task, task.shape, ids, [&](const Page& page) {
    tally += task.mirror.record(page, cursor, {task.now, false, cursor.known_until, {}, true});
  });
}

}  // namespace heed::sync
