// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <vector>

#include "http/loop.h"

namespace orch::http {

// What a loop is made of; private to `http`.
struct Loop::Parts {
  boost::asio::io_context context{1};
  std::vector<std::unique_ptr<boost::asio::posix::stream_descriptor>> watched;
};

}  // namespace orch::http
