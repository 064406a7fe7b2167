// SPDX-License-Identifier: Apache-2.0
// CommandSource by a C vtable, and the commands that it fills in and gets back.
#include "matchrunner/ports/command_source.hpp"

#include "callback.hpp"
#include "guard.hpp"
#include "read_handle.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

class CommandSourceOfVtable final : public CommandSource {
 public:
  CommandSourceOfVtable(const mr_command_source_vtable& calls, void* self)
      : calls_(calls), origin_(text_or_empty(calls.origin)), self_(self) {}
  ~CommandSourceOfVtable() override {
    if (calls_.destroy != nullptr) calls_.destroy(self_);
  }
  CommandSourceOfVtable(const CommandSourceOfVtable&) = delete;
  CommandSourceOfVtable& operator=(const CommandSourceOfVtable&) = delete;

  CommandSourceCapabilities capabilities() const override {
    CommandSourceCapabilities can;
    can.redelivers = calls_.redelivers != 0;
    can.origin = origin_;
    return can;
  }

  Result<std::optional<Command>> poll(const Context& context) override {
    std::optional<Command> command;
    auto polled = ask("poll", [&](mr_error** error) {
      return calls_.poll(mr_command::lend(command), self_, mr_context::lend(context), error);
    });
    if (!polled) return std::move(polled).error();
    return command;
  }

  Result<void> accept(const Command& command, const Context& context) override {
    const std::optional<Command> lent = command;
    return ask("accept", [&](mr_error** error) {
      return calls_.accept(self_, mr_command::lend(lent), mr_context::lend(context), error);
    });
  }

  Result<void> reject(const Command& command, const std::string& reason, const Context& context) override {
    const std::optional<Command> lent = command;
    return ask("reject", [&](mr_error** error) {
      return calls_.reject(self_, mr_command::lend(lent), reason.c_str(), mr_context::lend(context), error);
    });
  }

  Result<void> give_back(const Command& command, const Context& context) override {
    if (calls_.give_back == nullptr) return CommandSource::give_back(command, context);
    const std::optional<Command> lent = command;
    return ask("give_back", [&](mr_error** error) {
      return calls_.give_back(self_, mr_command::lend(lent), mr_context::lend(context), error);
    });
  }

 private:
  const mr_command_source_vtable calls_;
  const std::string origin_;
  void* const self_;
};

// A member of a command, "" of one that is not filled.
auto member(std::string Command::*text) {
  return [text](const std::optional<Command>& command) -> const std::string& {
    static const std::string nothing;
    return command ? (*command).*text : nothing;
  };
}

}  // namespace

mr_code mr_command_source_new(mr_command_source** out, const mr_command_source_vtable* vtable, void* self,
                              mr_error** error) {
  return produce(out, error, {{vtable, "vtable"}}, [&]() -> Result<std::shared_ptr<CommandSource>> {
    const auto calls = read_struct(*vtable, mr_command_source_vtable MR_COMMAND_SOURCE_VTABLE_INIT, "vtable");
    if (!calls) return calls.error();
    const auto set =
        check({{calls->poll, "vtable.poll"}, {calls->accept, "vtable.accept"}, {calls->reject, "vtable.reject"}});
    if (!set) return set.error();
    if (calls->origin != nullptr)
      if (const auto takes = check({{calls->give_back, "vtable.give_back"}}); !takes) return takes.error();
    return std::shared_ptr<CommandSource>(std::make_shared<CommandSourceOfVtable>(*calls, self));
  });
}

mr_code mr_command_fill(mr_command* command, const char* delivery, const char* body, size_t length,
                        const char* reply_to, const char* correlation_id, mr_error** error) {
  const std::initializer_list<Required> required{{command, "command"}, {delivery, "delivery"}, {body, "body"}};
  return perform(error, required, [&]() -> Result<void> {
    auto& place = mr_command::of(command);
    if (place) return Error{ErrorCode::conflict, "the command is filled already; give the next one to the next poll"};
    place = Command{delivery, std::string(body, length), text_or_empty(reply_to), text_or_empty(correlation_id)};
    return {};
  });
}

const char* mr_command_delivery(const mr_command* command) { return text_of(command, member(&Command::delivery)); }

const char* mr_command_body(const mr_command* command) { return text_of(command, member(&Command::body)); }

size_t mr_command_body_size(const mr_command* command) {
  return number_of(command, [](const std::optional<Command>& value) { return value ? value->body.size() : 0; });
}

const char* mr_command_reply_to(const mr_command* command) { return text_of(command, member(&Command::reply_to)); }

const char* mr_command_correlation_id(const mr_command* command) {
  return text_of(command, member(&Command::correlation_id));
}
