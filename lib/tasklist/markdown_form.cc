// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tasklist/blocks.h"
#include "tasklist/entry.h"
#include "tasklist/forms.h"
#include "tasklist/items.h"
#include "text/text.h"

namespace orch::tasklist {
namespace {

// Deeper ones name their parent in the note: indentation would make the page
// grow with the square of the depth.
constexpr std::size_t kDeepest = 16;

class Writer {
 public:
  std::string write(const std::vector<Task>& tasks) {
    for (const Task& task : tasks) write(task);
    return std::move(out_);
  }

 private:
  void write(const Task& task) {
    if (task.section != section_) begin(task.section);
    Entry entry;
    entry.id = task.id;
    entry.title = task.title;
    entry.depends_on = task.depends_on;
    if (task.status != "open" && task.status != "done")
      entry.note["status"] = task.status;
    if (task.held) entry.note["held"] = "yes";
    if (!task.owner.empty()) entry.note["owner"] = task.owner;
    if (hidden_section_) entry.note["section"] = task.section;
    const std::size_t depth = depth_below(task.parent);
    if (depth == 0 && !task.parent.empty()) entry.note["parent"] = task.parent;
    out_.append(2 * depth, ' ');
    out_ += task.status == "done" ? "- [x] " : "- [ ] ";
    out_ += entry_text(entry) + "\n";
    around_.resize(depth);
    around_.push_back(task.id);
  }

  void begin(const std::string& section) {
    std::string heading = "## " + section;
    hidden_section_ = section.empty() || heading_text(heading) != section;
    if (section.empty())
      heading = "## Other tasks";
    else if (hidden_section_)
      heading = "## " + text::clip(text::printable(section), 60);
    out_ += (out_.empty() ? "" : "\n") + heading + "\n\n";
    section_ = section;
    around_.clear();
  }

  // How deep a task is when its parent is one that an item can still go into.
  std::size_t depth_below(const std::string& parent) const {
    const auto it = std::find(around_.begin(), around_.end(), parent);
    if (parent.empty() || it == around_.end()) return 0;
    const auto depth = static_cast<std::size_t>(it - around_.begin()) + 1;
    return depth > kDeepest ? 0 : depth;
  }

  std::string out_;
  std::string section_;
  bool hidden_section_ = false;
  std::vector<std::string> around_;  // the last item and those around it
};

}  // namespace

std::string write_markdown(const std::vector<Task>& tasks) {
  return Writer().write(tasks);
}

std::vector<Task> parse_markdown(std::string_view bytes,
                                 const std::string& file) {
  Checked tasks;
  for (NotedItem& found : read_items(bytes, file)) {
    Item& item = found.item;
    const auto noted = [&](const char* key, std::string otherwise) {
      const auto it = found.note.find(key);
      return it == found.note.end() ? std::move(otherwise) : it->second;
    };
    Task task;
    task.id = std::move(item.id);
    task.title = std::move(item.title);
    // A box that was ticked since wins.
    task.status = item.done ? "done" : noted("status", "open");
    task.owner = noted("owner", "");
    task.depends_on = std::move(item.depends_on);
    task.section = noted("section", std::move(item.section));
    task.parent = noted("parent", std::move(item.parent));
    task.held = noted("held", "") == "yes";
    tasks.add(std::move(task), file + ":" + std::to_string(item.line) + ":" +
                                   std::to_string(item.column) + ": ");
  }
  return tasks.take();
}

}  // namespace orch::tasklist
