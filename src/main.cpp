#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "heed/cli.hpp"

namespace {

/// Turns SIGINT and SIGTERM into a stop request, on a thread that does nothing else.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int each : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set_, each);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    thread_ = std::thread([this] {
      int got = 0;
      sigwait(&set_, &got);
      if (got != SIGUSR1) source_.request_stop();
    });
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() {
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }

  std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t set_{};
  std::stop_source source_;
  std::thread thread_;
};

std::string system_user() {
  const passwd* entry = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe)
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

/// Beside the program where it was built or moved to, else where it was installed.
std::filesystem::path shipped_schedules() {
  std::error_code none;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", none);
  const auto beside = program.parent_path().parent_path() / "share/heed/schedules";
  return std::filesystem::is_directory(beside, none) ? beside
                                                     : std::filesystem::path(HEED_SCHEDULES_DIR);
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

int main(int argc, char** argv) {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // a core file would hold secrets,
  ::prctl(PR_SET_DUMPABLE, 0);      // and so would one that a handler takes, or another's debugger
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a write that a limit forbids fails, and says why
  Signals signals;
  heed::SystemClock clock;
  heed::cli::World world{std::cout,
                         std::cerr,
                         clock,
                         [](const heed::http::Options& options, std::stop_token stop) {
                           return std::make_unique<heed::http::Curl>(options, std::move(stop));
                         },
                         &environment,
                         shipped_schedules(),
                         system_user(),
                         ::isatty(STDERR_FILENO) == 1,
                         signals.token()};
  return heed::cli::run({argv + 1, argv + argc}, world);
}
