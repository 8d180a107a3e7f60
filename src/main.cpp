#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <streambuf>
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

/// The standard output. What it could not take first is why it takes nothing any more: std::cout
/// would have forgotten the cause when it is asked for at the end.
class Output : public std::streambuf {
 public:
  Output() { setp(buffer_.data(), buffer_.data() + buffer_.size()); }

 protected:
  int overflow(int c) override {
    if (sync() != 0) return traits_type::eof();
    return c == traits_type::eof() ? 0 : sputc(static_cast<char>(c));
  }

  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const auto taken = std::streambuf::xsputn(text, size);
    if (terminal_) sync();  // who looks on sees each line as it comes
    return taken;
  }

  int sync() override {
    for (const char* at = pbase(); at < pptr() && cause_ == 0;) {
      const auto n = ::write(STDOUT_FILENO, at, static_cast<std::size_t>(pptr() - at));
      if (n >= 0) {
        at += n;
      } else if (errno == EAGAIN) {
        pollfd ready{STDOUT_FILENO, POLLOUT, 0};
        ::poll(&ready, 1, -1);
      } else if (errno != EINTR) {
        cause_ = errno;
      }
    }
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    errno = cause_;
    return cause_ == 0 ? 0 : -1;
  }

 private:
  std::array<char, 1 << 14> buffer_{};
  const bool terminal_ = ::isatty(STDOUT_FILENO) == 1;
  int cause_ = 0;
};

/// Whoever starts heed without one of the three gets no file of heed's in its place, where what is
/// printed would go. Into these nothing can be written, which is told.
void fill_standard_descriptors() {
  for (int each = STDIN_FILENO; each <= STDERR_FILENO; ++each) {
    if (::fcntl(each, F_GETFD) < 0)
      ::open("/dev/null", O_RDONLY);  // NOLINT: the lowest that is free
  }
}

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
  fill_standard_descriptors();
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // a core file would hold secrets,
  ::prctl(PR_SET_DUMPABLE, 0);      // and so would one that a handler takes, or another's debugger
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a write that a limit forbids fails, and says why
  Signals signals;
  heed::SystemClock clock;
  Output output;
  std::ostream out(&output);
  std::cerr.tie(&out);
  heed::cli::World world{out,
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
  const int code = heed::cli::run({argv + 1, argv + argc}, world);
  std::cerr.tie(nullptr);
  return code;
}
