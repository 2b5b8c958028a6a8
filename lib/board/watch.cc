// SPDX-License-Identifier: MIT
#include "board/watch.h"

#include <algorithm>

#include "cli/locale.h"
#include "clock/clock.h"
#include "error/error.h"
#include "process/attended.h"
#include "process/process.h"
#include "terminal/terminal.h"
#include "text/text.h"

namespace orch::board {
namespace {

using terminal::Key;
using terminal::Press;

constexpr char kKeys[] =
    "up/down choose  enter attach  s send  / filter  v more  r again  q leave";

// Changes that come together are one.
constexpr int kTogetherMs = 50;

class Board {
 public:
  Board(const Watched& watched, bool verbose) : watched_(watched) {
    look_.verbose = verbose;
    look_.ascii = !cli::speaks_utf8();
    look_.summary_first = true;
  }

  void run() {
    ask();
    while (true) {
      draw();
      const Press press = screen_.wait(watched_.changes, watched_.every_ms);
      if (press.key == Key::End) return;
      if (press.key == Key::None) {
        if (watched_.take_changes()) settle();
        ask();
        continue;
      }
      if (line_ != Line::None)
        edit(press);
      else if (!obey(press))
        return;
    }
  }

 private:
  // What is being typed at the bottom.
  enum class Line { None, Filter, Message };

  void ask() {
    try {
      data_ = watched_.data();
      failure_.clear();
    } catch (const Error& error) {
      failure_ = error.what();
    }
  }

  // Waits until nothing has changed for a moment, or was typed.
  void settle() {
    while (screen_.wait(watched_.changes, kTogetherMs).key == Key::None &&
           watched_.take_changes()) {
    }
  }

  void draw() {
    look_.now = clock::now();
    const auto agents = watched_.items(data_, look_);
    if (!look_.marked.empty() && !agents.empty() &&
        std::find(agents.begin(), agents.end(), look_.marked) == agents.end())
      look_.marked = agents.front();
    std::vector<std::string> lines;
    for (std::string& line : text::split(watched_.text(data_, look_), '\n'))
      lines.push_back(std::move(line));
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    // The last line is ours; of the rest, the part around the marked agent.
    const std::size_t room = screen_.rows() > 1 ? screen_.rows() - 1 : 1;
    scroll_to_marked(lines, room);
    lines.resize(room);
    lines.push_back(bottom());
    screen_.draw(lines);
  }

  void scroll_to_marked(std::vector<std::string>& lines,
                        std::size_t room) const {
    if (look_.marked.empty() || lines.size() <= room) return;
    const std::string mark = "> " + look_.marked;
    std::size_t at = 0;
    while (at < lines.size() && lines[at].find(mark) == std::string::npos) ++at;
    if (at == lines.size() || at < room) return;
    const std::size_t first = std::min(at - room / 2, lines.size() - room);
    lines.erase(lines.begin(), lines.begin() + static_cast<long>(first));
  }

  std::string bottom() const {
    if (line_ == Line::Filter) return "/" + text::printable(typed_) + "_";
    if (line_ == Line::Message)
      return "to " + look_.marked + ": " + text::printable(typed_) + "_";
    if (!failure_.empty()) return "error: " + text::printable(failure_);
    if (!note_.empty()) return text::printable(note_);
    return look_.filter.empty()
               ? kKeys
               : "/" + text::printable(look_.filter) + "  (escape: all)";
  }

  // Before the first choice nothing is marked, and the page is shown from its
  // top.
  void choose(int step) {
    const auto items = watched_.items(data_, look_);
    if (items.empty()) return;
    const auto found = std::find(items.begin(), items.end(), look_.marked);
    if (found == items.end()) {
      look_.marked = items.front();
      return;
    }
    const long at = std::clamp<long>(found - items.begin() + step, 0,
                                     static_cast<long>(items.size()) - 1);
    look_.marked = items[static_cast<std::size_t>(at)];
  }

  // False: leave.
  bool obey(const Press& press) {
    note_.clear();
    if (press.key == Key::Up || press.text == "k") choose(-1);
    if (press.key == Key::Down || press.text == "j") choose(1);
    if (press.key == Key::Enter) attach();
    if (press.text == "r") ask();
    if (press.text == "v") look_.verbose = !look_.verbose;
    if (press.text == "/") begin(Line::Filter, look_.filter);
    if (press.text == "s" && watched_.send && !look_.marked.empty())
      begin(Line::Message, "");
    if (press.key == Key::Escape && !look_.filter.empty()) {
      look_.filter.clear();
      return true;
    }
    if (press.key == Key::Escape && !look_.marked.empty()) {
      look_.marked.clear();
      return true;
    }
    return press.key != Key::Escape && press.text != "q";
  }

  void begin(Line line, const std::string& text) {
    line_ = line;
    typed_ = text;
  }

  void edit(const Press& press) {
    if (press.key == Key::Text) typed_ += press.text;
    if (press.key == Key::Erase) erase();
    const bool done = press.key == Key::Enter, away = press.key == Key::Escape;
    if (line_ == Line::Filter) {
      look_.filter = away ? "" : typed_;
    } else if (done && !typed_.empty()) {
      send();
    }
    if (done || away) line_ = Line::None;
  }

  void erase() {
    // A whole character of UTF-8.
    while (!typed_.empty() &&
           (static_cast<unsigned char>(typed_.back()) & 0xc0) == 0x80)
      typed_.pop_back();
    if (!typed_.empty()) typed_.pop_back();
  }

  void attach() {
    if (look_.marked.empty()) return;
    screen_.leave();
    const int status = process::run_attended(watched_.enter(look_.marked));
    screen_.enter();
    if (status != 0) note_ = "it ended with " + std::to_string(status);
    ask();
  }

  void send() {
    const auto out = process::run(
        {.argv = watched_.send(look_.marked, typed_), .timeout_ms = 20000});
    note_ = out.ok() ? "sent to " + look_.marked
                     : "not sent: " + std::string(text::trim(out.errors));
    ask();
  }

  const Watched& watched_;
  terminal::Screen screen_;
  Look look_;
  json::Value data_;
  std::string failure_, note_, typed_;
  Line line_ = Line::None;
};

}  // namespace

void watch(const Watched& watched, bool verbose) {
  Board(watched, verbose).run();
}

}  // namespace orch::board
