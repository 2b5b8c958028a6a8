// SPDX-License-Identifier: MIT
#include "objects/inflate.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <new>

namespace orch::objects {
namespace {

struct Free {
  void operator()(libdeflate_decompressor* d) const {
    libdeflate_free_decompressor(d);
  }
};

libdeflate_decompressor* decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, Free> own(
      libdeflate_alloc_decompressor());
  if (!own) throw std::bad_alloc();
  return own.get();
}

}  // namespace

bool inflate_exactly(std::string_view input, std::size_t size,
                     std::string* output) {
  output->resize(size);
  std::size_t used = 0;
  return libdeflate_zlib_decompress_ex(decompressor(), input.data(),
                                       input.size(), output->data(), size,
                                       &used, nullptr) == LIBDEFLATE_SUCCESS;
}

Inflated inflate_all(std::string_view input, std::size_t limit,
                     std::string* output) {
  std::size_t room = std::min(limit, input.size() * 4 + 256);
  for (;;) {
    output->resize(room);
    std::size_t used = 0, made = 0;
    const libdeflate_result result = libdeflate_zlib_decompress_ex(
        decompressor(), input.data(), input.size(), output->data(), room, &used,
        &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (room == limit) return Inflated::TooLarge;
      room = std::min(limit, room * 4);
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS || used != input.size())
      return Inflated::Broken;
    output->resize(made);
    return Inflated::Done;
  }
}

}  // namespace orch::objects
