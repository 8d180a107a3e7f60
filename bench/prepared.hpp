#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "heed/record.hpp"
#include "simulator/simulator.hpp"

namespace heed::bench {

/// A CRM whose pages of Individuals were written beforehand, so that answering costs next to
/// nothing; the simulator answers what is no page.
class Prepared final : public http::Transport {
 public:
  /// `rows` Individuals with the fields of `shape`, `page` of them in an answer.
  Prepared(const Shape& shape, std::int64_t rows, std::int64_t page);
  http::Response send(const http::Request& request) override;

 private:
  simulated::Simulator crm_;
  std::vector<std::string> pages_;
  std::string empty_;
};

/// A Prepared CRM in a process of its own, on a loopback port; gone with the object.
class ServerProcess {
 public:
  ServerProcess(const Shape& shape, std::int64_t rows, std::int64_t page);
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess();
  const std::string& url() const { return url_; }

 private:
  pid_t child_ = -1;
  std::string url_;
};

}  // namespace heed::bench
