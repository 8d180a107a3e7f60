#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "heed/record.hpp"
#include "simulator/simulator.hpp"

namespace heed::bench {

/// What a prepared CRM has.
struct Prepare {
  Shape shape;            ///< the fields of its Individuals
  std::int64_t rows = 0;  ///< in the order of their ids, `page` in an answer
  std::int64_t page = 2000;
  bool narrow = false;                 ///< ids, stamps and the recycle bin's flag alone
  std::int64_t changed = 0;            ///< rows that a window has, spread over all of them
  int edition = 0;                     ///< how often these were changed; the clock moves with it
  bool packed = false;                 ///< answers are compressed beforehand, too
  std::chrono::milliseconds pause{0};  ///< before every answer
};

/// A CRM whose pages of Individuals were written beforehand, so that answering costs next to
/// nothing; the simulator answers what is no page.
class Prepared final : public http::Transport {
 public:
  explicit Prepared(const Prepare& what);
  http::Response send(const http::Request& request) override;

 private:
  http::Response page(const std::string& body) const;

  Prepare what_;
  simulated::Simulator crm_;
  std::vector<std::string> pages_;
  std::string window_;  ///< the answer to a question for what changed
};

/// A Prepared CRM, packed, in a process of its own, on a loopback port; gone with the object.
class ServerProcess {
 public:
  explicit ServerProcess(Prepare what);
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess();
  const std::string& url() const { return url_; }

 private:
  pid_t child_ = -1;
  std::string url_;
};

}  // namespace heed::bench
