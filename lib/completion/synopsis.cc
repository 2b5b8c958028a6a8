// SPDX-License-Identifier: MIT
#include "completion/synopsis.h"

#include "text/text.h"

namespace orch::completion {
namespace {

// "(" and its like are tokens of their own, a placeholder is one.
std::vector<std::string> tokens_of(const std::string& line) {
  std::vector<std::string> tokens;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) tokens.push_back(word);
    word.clear();
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.compare(i, 3, "...") == 0) {
      end_word();
      tokens.emplace_back("...");
      i += 2;
    } else if (line.compare(i, 5, "[no-]") == 0) {
      i += 4;
    } else if (std::string_view("[]()").find(line[i]) !=
               std::string_view::npos) {
      end_word();
      tokens.emplace_back(1, line[i]);
    } else if (line[i] == ' ') {
      end_word();
    } else {
      word += line[i];
    }
  }
  end_word();
  return tokens;
}

// Walks the grammar with all places where the operands may stand at once: a
// place is how many of them have been taken.
class Walk {
 public:
  Walk(const std::vector<std::string>& tokens,
       const std::vector<std::string>& operands, Synopsis* out)
      : tokens_(tokens), operands_(operands), out_(*out) {}

  using Places = std::set<std::size_t>;

  // Alternatives, up to a bracket that closes or the end.
  Places alternatives(const Places& from) {
    Places out = sequence(from);
    while (at_ < tokens_.size() && tokens_[at_] == "|") {
      ++at_;
      out.merge(sequence(from));
    }
    return out;
  }

 private:
  bool ends() const {
    return at_ >= tokens_.size() || tokens_[at_] == "|" ||
           tokens_[at_] == "]" || tokens_[at_] == ")";
  }

  Places sequence(Places places) {
    while (!ends()) {
      const std::size_t start = at_;
      places = item(places);
      if (at_ >= tokens_.size() || tokens_[at_] != "...") continue;
      // Each further turn takes one more operand, so this ends.
      for (std::size_t before = 0; before != places.size();) {
        before = places.size();
        at_ = start;
        places.merge(item(places));
      }
      ++at_;
    }
    return places;
  }

  Places item(const Places& from) {
    const std::string token = tokens_[at_++];
    if (token == "[" || token == "(") {
      Places out = alternatives(from);
      if (at_ < tokens_.size()) ++at_;  // the bracket that closes
      if (token == "[") out.insert(from.begin(), from.end());
      return out;
    }
    if (token == "..." || token == "-") return from;
    if (token == "--") {
      at_ = tokens_.size();  // the rest is somebody else's
      return from;
    }
    if (token.starts_with("-")) {
      value_of(token);
      return from;
    }
    return word(token, from);
  }

  // What stands behind an option is its value, and no operand.
  void value_of(const std::string& option) {
    if (ends() || tokens_[at_] == "[" || tokens_[at_].starts_with("-")) return;
    if (tokens_[at_] == "(" || tokens_[at_] == "...") return;
    const std::string value = tokens_[at_++];
    if (value.find('|') != std::string::npos && !value.starts_with("<"))
      out_.choices[option] = text::split(value, '|');
  }

  Places word(const std::string& token, const Places& from) {
    Places out;
    for (const std::string& term : text::split(token, '|')) {
      for (const std::size_t place : from) {
        if (place == operands_.size())
          out_.next.insert(term);
        else if (term.starts_with("<") || term == operands_[place])
          out.insert(place + 1);
      }
    }
    return out;
  }

  const std::vector<std::string>& tokens_;
  const std::vector<std::string>& operands_;
  Synopsis& out_;
  std::size_t at_ = 0;
};

}  // namespace

Synopsis read_synopsis(const std::string& line,
                       const std::vector<std::string>& operands) {
  Synopsis out;
  const std::vector<std::string> tokens = tokens_of(line);
  Walk(tokens, operands, &out).alternatives({0});
  return out;
}

}  // namespace orch::completion
