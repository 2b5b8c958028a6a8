# typed: true
# frozen_string_literal: true

# SPDX-License-Identifier: MIT
#
# `./dev package` writes this formula with the address and the checksum of the
# release's source archive, which holds the bundled page: no node is needed.
class GitOrch < Formula
  desc "Run a team of coding agents on one repository"
  homepage "https://git-orch.example"
  url "https://git-orch.example/git-orch-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "asciidoctor" => :build
  depends_on "boost" => :build
  depends_on "cmake" => :build
  depends_on "ninja" => :build
  depends_on "nlohmann-json" => :build
  depends_on "spdlog" => :build
  depends_on "cmark-gfm"
  depends_on "expat"
  depends_on "git"
  depends_on "libdeflate"
  # Agents are known by their entries in /proc.
  depends_on :linux
  depends_on "sqlite"
  depends_on "tmux"
  depends_on "yaml-cpp"

  def install
    # Homebrew has these libraries as shared objects only.
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja",
           "-DORCH_STATIC=OFF", "-DORCH_TESTS=OFF", *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/git-orch --version")
    system "git", "init", "-q", "repo"
    system "git", "-C", "repo", "orch", "init", "-q"
    system "git", "-C", "repo", "-c", "user.name=a", "-c", "user.email=a@b",
           "commit", "-q", "--allow-empty", "-m", "first"
    assert_match "yes", shell_output("git -C repo orch hooks")
    system "git", "-C", "repo", "orch", "deinit", "-q"
  end
end
