// SPDX-License-Identifier: Apache-2.0
// Checking match files and games.
#include "guard.hpp"
#include "read_handle.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

mr_code list_faults(mr_input_fault_list** out, const char* json, std::size_t length, mr_error** error,
                    std::vector<InputFault> (*check)(std::string_view)) {
  return produce(out, error, {{json, "json"}}, [&]() -> Result<std::vector<FaultText>> {
    std::vector<FaultText> rows;
    for (InputFault& fault : check({json, length})) {
      std::string text = fault.describe();
      rows.push_back({std::move(fault), std::move(text)});
    }
    return rows;
  });
}

}  // namespace

mr_code mr_check_match_request(mr_input_fault_list** out, const char* json, size_t length, mr_error** error) {
  return list_faults(out, json, length, error, check_match_request);
}

mr_code mr_check_game(mr_input_fault_list** out, const char* json, size_t length, mr_error** error) {
  return list_faults(out, json, length, error, check_game);
}

mr_code mr_match_file_schema(mr_buffer** out, mr_error** error) {
  return produce(out, error, {}, []() -> Result<std::string> { return match_file_schema(); });
}

size_t mr_input_fault_list_count(const mr_input_fault_list* list) {
  return number_of(list, &std::vector<FaultText>::size);
}

const char* mr_input_fault_list_path(const mr_input_fault_list* list, size_t index) {
  return row_text(list, index, [](const FaultText& row) -> const std::string& { return row.fault.path; });
}

const char* mr_input_fault_list_expected(const mr_input_fault_list* list, size_t index) {
  return row_text(list, index, [](const FaultText& row) -> const std::string& { return row.fault.expected; });
}

const char* mr_input_fault_list_found(const mr_input_fault_list* list, size_t index) {
  return row_text(list, index, [](const FaultText& row) -> const std::string& { return row.fault.found; });
}

const char* mr_input_fault_list_text(const mr_input_fault_list* list, size_t index) {
  return row_text(list, index, &FaultText::text);
}

void mr_input_fault_list_free(mr_input_fault_list* list) { mr_input_fault_list::free(list); }
