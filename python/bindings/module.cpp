// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"
#include "matchrunner/version.hpp"
#include "module_parts.hpp"
#include "words.hpp"

PYBIND11_MODULE(_matchrunner, module) {
  using namespace matchrunner::python;
  module.doc() = "The native part of matchrunner.";
  module.attr("__version__") = MATCHRUNNER_VERSION;
  load_exception_classes();
  add_words(module);
  add_game_values(module);
  add_match_values(module);
  add_journal_values(module);
  add_context(module);
  add_state_store(module);
  add_artifact_sink(module);
  add_event_sink(module);
  add_command_source(module);
  add_game_server(module);
  add_executor(module);
  add_ports_by_url(module);
  add_images(module);
  add_match_file(module);
  add_runner_values(module);
  add_event_stream(module);
  add_runner(module);
  add_service(module);
  add_conformance(module);
}
