// SPDX-License-Identifier: Apache-2.0
// The parts of the module, in the order in which module.cpp adds them: a class stands before what mentions it.
#pragma once

#include <pybind11/pybind11.h>

namespace matchrunner::python {

void add_game_values(pybind11::module_& module);
void add_match_values(pybind11::module_& module);
void add_journal_values(pybind11::module_& module);
void add_context(pybind11::module_& module);
void add_state_store(pybind11::module_& module);
void add_artifact_sink(pybind11::module_& module);
void add_event_sink(pybind11::module_& module);
void add_command_source(pybind11::module_& module);
void add_game_server(pybind11::module_& module);
void add_run_values(pybind11::module_& module);
void add_executor(pybind11::module_& module);
void add_ports_by_url(pybind11::module_& module);
void add_images(pybind11::module_& module);
void add_match_file(pybind11::module_& module);
void add_runner_values(pybind11::module_& module);
void add_event_stream(pybind11::module_& module);
void add_runner(pybind11::module_& module);
void add_service(pybind11::module_& module);
void add_conformance(pybind11::module_& module);

// Before the interpreter ends: builds, pushes and pulls that other threads wait for are given up.
void end_all_image_work();

}  // namespace matchrunner::python
