// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "drill/checker.h"
#include "drill/plan.h"
#include "drill/team.h"

// The things that go wrong.
namespace orch::drill {

struct Scene {
  Team& team;
  Checker& checker;
  // That the store has not any more since it was mended; of one event.
  history::Lost lost = {};
};

// Thrown where it cannot be done here.
struct Skip {
  std::string reason;
};

struct Trouble {
  // Takes it away, with what the suite or git offers for it, again and again
  // until it returns true; empty: it goes by itself.
  std::function<bool()> mend = {};
  // How long the team works meanwhile, before anybody mends.
  std::int64_t lasts_ms = 0;
};

// Makes it go wrong, now. Throws Skip.
Trouble make_trouble(Scene& scene, const Planned& planned);

// By what it does it to; for make_trouble.
Trouble hit_process(Scene& scene, const Planned& planned);
Trouble hit_machine(Scene& scene, const Planned& planned);
Trouble hit_data(Scene& scene, const Planned& planned);

}  // namespace orch::drill
