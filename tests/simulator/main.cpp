// heed-simulator: the simulated CRM on a port of the loopback address.

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include <boost/program_options.hpp>

#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "simulator/server.hpp"
#include "simulator/simulator.hpp"
#include "simulator/story.hpp"

namespace {

namespace po = boost::program_options;
using heed::simulated::OrgOptions;
using heed::simulated::Server;
using heed::simulated::Simulator;

struct Command {
  OrgOptions org;
  std::uint16_t port = 0;
  std::string now;
  std::string story;
  std::string jwt_key;
};

po::options_description options(Command& to) {
  po::options_description known(
      "heed-simulator: a simulated CRM. Its URL is its first line; it runs until SIGTERM.\n"
      "While it runs, lines of a story may be POSTed to /control:\n"
      "  curl --data-binary 'advance 3 days' URL/control\n"
      "A password, secret or token may be given as env:NAME.\n\nOptions");
  const auto number = [](auto* value) { return po::value(value)->default_value(*value); };
  known.add_options()("help", "show this");
  known.add_options()("port", number(&to.port), "0 is any free one");
  known.add_options()("individuals", number(&to.org.individuals), "people in the org");
  known.add_options()("seed", number(&to.org.seed), "which people");
  known.add_options()("user", number(&to.org.user), "who may log in");
  known.add_options()("password", number(&to.org.password), "and how");
  known.add_options()("token", po::value(&to.org.oauth_token), "an OAuth access token to accept");
  known.add_options()("client-id", number(&to.org.app.client_id), "the app that OAuth lets in");
  known.add_options()("client-secret", po::value(&to.org.app.client_secret),
                      "by client credentials, with this secret");
  known.add_options()("refresh-token", po::value(&to.org.app.refresh_token),
                      "by this refresh token, and the next one that each answer gives");
  known.add_options()("refresh-token-stays", "and gives no next one: it may be used again");
  known.add_options()("jwt-key", po::value(&to.jwt_key),
                      "by assertions for the user, signed with the key that this file (PEM) is the "
                      "public half of");
  known.add_options()("now", po::value(&to.now),
                      "where the org's clock stands (RFC 3339); else now");
  known.add_options()("page", number(&to.org.largest_page), "records in the largest page");
  known.add_options()("without-individual", "the org has no Individual");
  known.add_options()("consents", "the org keeps consents, contact points and purposes");
  known.add_options()("story", po::value(&to.story), "a file of lines to play first");
  return known;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw heed::Error(heed::Kind::usage, "the file " + path + " cannot be read");
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A secret is read where env:NAME says, or stands there itself: everybody sees a command line.
void reveal(std::string& secret) {
  if (secret.starts_with("env:")) secret = heed::vault::Secret::parse(secret).reveal();
}

heed::Moment start_of(const Command& command) {
  if (command.now.empty()) return heed::SystemClock().now();
  if (const auto moment = heed::parse_moment(command.now)) return *moment;
  throw heed::Error(heed::Kind::usage, "--now takes a moment such as 2026-03-02T09:00:00Z");
}

int run(const Command& command, const sigset_t& signals) {
  Simulator crm(command.org);
  if (!command.story.empty()) {
    heed::simulated::tell(crm, contents(command.story), command.story);
  }
  Server server(crm, command.port, [&](const std::string& lines) {
    return heed::simulated::tell(crm, lines, "control");
  });
  std::cout << server.url() << "/services/Soap/u/58.0" << std::endl;
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  try {
    Command command;
    const auto known = options(command);
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, known), given);
    po::notify(given);
    if (given.contains("help")) {
      std::cout << known;
      return 0;
    }
    command.org.with_individual = !given.contains("without-individual");
    command.org.with_consents = given.contains("consents");
    for (auto* secret : {&command.org.password, &command.org.oauth_token,
                         &command.org.app.client_secret, &command.org.app.refresh_token}) {
      reveal(*secret);
    }
    command.org.app.rotates = !given.contains("refresh-token-stays");
    if (!command.jwt_key.empty()) command.org.app.public_key = contents(command.jwt_key);
    command.org.now = start_of(command);
    return run(command, signals);
  } catch (const heed::Error& error) {
    std::cerr << "heed-simulator: " << error.what() << '\n';
    return heed::exit_code(error.kind());
  } catch (const std::exception& error) {
    std::cerr << "heed-simulator: " << error.what() << '\n';
    return 2;
  }
}
