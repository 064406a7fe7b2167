// SPDX-License-Identifier: Apache-2.0
// The C API of matchrunner: runs game matches and keeps the waiting lines in front of them. C99, and C++ as it is.
//
// Functions. A function that can fail returns mr_code: MR_OK (0), or why it failed. What it gives comes back through
// out parameters, which stand first; on failure they are NULL or 0. `mr_error** error` stands last and may be NULL; it
// is written on failure only, and what was there before is not freed. There is no last error kept per thread.
//
// Pointers. `mr_x*` through an out parameter is yours: give it to mr_x_free(). A `const` pointer that is returned is
// borrowed: it lives as long as what it was asked from. Freeing NULL does nothing. An accessor that is given NULL, or
// an index out of range, returns 0, NULL or "" (text is never NULL). Arguments are only read during the call, except
// where a comment says that something is kept. A required argument that is NULL is MR_ERROR_INVALID_ARGUMENT.
//
// Text is UTF-8. Ids, names, paths and URLs end with NUL; JSON and payloads are a pointer and a length.
// Requests and values travel as JSON (docs/match-file.md, docs/json.md); what programs branch on has an accessor.
// Numbers of states, results and verdicts begin at 1; 0 means "none yet". Times are microseconds since 1970 in UTC.
//
// Structs begin with `struct_size`, set to sizeof by their *_INIT macro. Fields are only ever appended, and 0 is the
// default of an appended one: callers built against an older header work as they did. Fields that this library does not
// know must be 0, else the call is MR_ERROR_UNSUPPORTED.
//
// Threads. An mr_runner may be used from any thread. Values (matches, games, events, lists) never change once given, so
// any thread may read them. An mr_event_stream or mr_buffer is used by one thread at a time. The library calls back
// only into ports that you hand it, on its own threads, by the rule stated at each vtable. Callbacks must not throw or
// longjmp out.
//
// Fork. In a forked child every call on the parent's runner is MR_ERROR_FORKED, and freeing it leaks it on purpose.
#ifndef MATCHRUNNER_H
#define MATCHRUNNER_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define MR_API __attribute__((visibility("default")))
#else
#define MR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

// ---- Numbers --------------------------------------------------------------------------------------------------------

typedef uint8_t mr_flag;  // 0 or 1

typedef int32_t mr_code;  // why a call failed; docs/errors.md
#define MR_OK 0
#define MR_ERROR_CANCELLED 1           // its mr_stop was requested
#define MR_ERROR_TIMEOUT 2             // its time is over
#define MR_ERROR_INVALID_ARGUMENT 3    // the input cannot be meant; the message names the field
#define MR_ERROR_NOT_FOUND 4           // what was named does not exist
#define MR_ERROR_ALREADY_EXISTS 5      // the name is taken by something else
#define MR_ERROR_CONFLICT 6            // illegal transition or lost race: read again, decide again
#define MR_ERROR_UNAVAILABLE 7         // a peer cannot be reached now
#define MR_ERROR_PERMISSION_DENIED 8   // the system or the peer refused
#define MR_ERROR_RESOURCE_EXHAUSTED 9  // disk, memory, descriptors or quota are used up
#define MR_ERROR_UNSUPPORTED 10        // this adapter, host or version cannot do it
#define MR_ERROR_CORRUPT_DATA 11       // stored or received bytes do not have the promised form
#define MR_ERROR_CALLBACK 12           // a port of yours failed with a code that is none, or broke its contract
#define MR_ERROR_FORKED 13             // called in a forked child of the process that opened it
#define MR_ERROR_INTERNAL 14           // a defect of the library

typedef uint8_t mr_state;  // of a match
#define MR_MATCH_QUEUED 1
#define MR_MATCH_PREPARING 2
#define MR_MATCH_STARTING 3
#define MR_MATCH_RUNNING 4
#define MR_MATCH_COLLECTING 5
#define MR_MATCH_FINISHED 6
#define MR_MATCH_FAILED 7
#define MR_MATCH_STOPPED 8
#define MR_MATCH_RETURNED 9

typedef uint8_t mr_result;  // of a match
#define MR_RESULT_COMPLETED 1
#define MR_RESULT_STOPPED 2
#define MR_RESULT_FAILED 3

typedef uint8_t mr_fault;  // who is to blame
#define MR_FAULT_NONE 0
#define MR_FAULT_SEAT 1
#define MR_FAULT_REFEREE 2
#define MR_FAULT_INFRASTRUCTURE 3

typedef uint8_t mr_verdict;        // of a seat
#define MR_VERDICT_OK 1            // exit code 0, or still there when the referee was done
#define MR_VERDICT_TIMEOUT 2       // used up its cpu or wall time
#define MR_VERDICT_MEMORY 3        // used more memory than it may
#define MR_VERDICT_OUTPUT_LIMIT 4  // wrote more than it may
#define MR_VERDICT_CRASHED 5       // ended by a signal of its own making
#define MR_VERDICT_EXITED 6        // exit code other than 0
#define MR_VERDICT_KILLED 7        // ended by the runner
#define MR_VERDICT_NOT_STARTED 8   // its program never ran
#define MR_VERDICT_NOT_READY 9     // it was not ready in time for the others, or ended before

typedef uint8_t mr_role;  // of a seat
#define MR_ROLE_REFEREE 1
#define MR_ROLE_PLAYER 2
#define MR_ROLE_PROGRAM 3
#define MR_ROLE_SERVER 4  // of a network: decides the match, may leave no result

typedef uint8_t mr_wiring;   // how the seats of a game are connected
#define MR_WIRING_NONE 1     // one program
#define MR_WIRING_STDIO 2    // each player's stdin and stdout are pipes to the referee
#define MR_WIRING_NETWORK 3  // a network of the match's own

typedef uint8_t mr_wait_for;
#define MR_WAIT_FOR_OUTCOME 1    // until the outcome stands
#define MR_WAIT_FOR_ARTIFACTS 2  // until the artifacts are stored too

#define MR_NO_TIMEOUT (-1)  // for `timeout_ms`: wait as long as it takes

// ---- Types ----------------------------------------------------------------------------------------------------------

typedef struct mr_error mr_error;                        // what went wrong, in one line
typedef struct mr_buffer mr_buffer;                      // bytes, with a NUL behind them
typedef struct mr_stop mr_stop;                          // asks blocking calls to return
typedef struct mr_context mr_context;                    // how long a callback may take
typedef struct mr_runner mr_runner;                      // keeps games, takes matches, runs them
typedef struct mr_service mr_service;                    // a runner with pages, metrics and a log
typedef struct mr_game mr_game;                          // what can be played
typedef struct mr_game_list mr_game_list;                //
typedef struct mr_seat mr_seat;                          // one contestant, referee or program of a game
typedef struct mr_match mr_match;                        // one run of a game, as it stood when it was asked for
typedef struct mr_match_list mr_match_list;              //
typedef struct mr_seat_outcome mr_seat_outcome;          // how one seat of a match ended
typedef struct mr_artifact mr_artifact;                  // a log, a replay or a result file of a match
typedef struct mr_event mr_event;                        // what happened
typedef struct mr_event_stream mr_event_stream;          // events, pulled
typedef struct mr_event_list mr_event_list;              //
typedef struct mr_pool mr_pool;                          // a limit on matches at once, over all processes
typedef struct mr_pool_list mr_pool_list;                //
typedef struct mr_outbox mr_outbox;                      // what still waits for each event sink
typedef struct mr_machine mr_machine;                    // a state machine as a table
typedef struct mr_input_fault_list mr_input_fault_list;  // everything wrong with an input
typedef struct mr_adapter_list mr_adapter_list;          // which URLs can be opened
typedef struct mr_state_store mr_state_store;            // where records and the journal live
typedef struct mr_artifact_sink mr_artifact_sink;        // keeps logs, replays and result files
typedef struct mr_event_sink mr_event_sink;              // takes events to the world outside
typedef struct mr_executor mr_executor;                  // starts the seats of matches
typedef struct mr_command_source mr_command_source;      // brings in what others ask for
typedef struct mr_command mr_command;                    // what is asked
typedef struct mr_game_server mr_game_server;            // an external server with lobbies
typedef struct mr_match_plan mr_match_plan;              // all that an executor needs to run one match
typedef struct mr_endpoint_list mr_endpoint_list;        // where running seats can be reached
typedef struct mr_run_report mr_run_report;              // what a run tells

// ---- Version and words ----------------------------------------------------------------------------------------------

// The version of the library that runs, "MAJOR.MINOR.PATCH".
// Lifecycle: stable since 0.1
MR_API const char* mr_version(void);

// The word of a code, "not_found"; "ok" for MR_OK; "" for numbers that are not one. So for the four below.
// Lifecycle: stable since 0.1
MR_API const char* mr_code_name(mr_code code);

// "queued", ...
// Lifecycle: stable since 0.1
MR_API const char* mr_match_state_name(mr_state state);

// "completed", ...
// Lifecycle: stable since 0.1
MR_API const char* mr_result_name(mr_result result);

// "none", ...
// Lifecycle: stable since 0.1
MR_API const char* mr_fault_name(mr_fault fault);

// "ok", ...
// Lifecycle: stable since 0.1
MR_API const char* mr_verdict_name(mr_verdict verdict);

// ---- Errors ---------------------------------------------------------------------------------------------------------

// For ports: `*error = mr_error_new(code, "..."); return code;`. NULL when there is no memory: then the code alone
// tells. A code that is not one becomes MR_ERROR_CALLBACK.
// Lifecycle: stable since 0.1
MR_API mr_error* mr_error_new(mr_code code, const char* message);

// As the call returned it; MR_OK for NULL.
// Lifecycle: stable since 0.1
MR_API mr_code mr_error_code(const mr_error* error);

// "origin: what went wrong: its cause", one line.
// Lifecycle: stable since 0.1
MR_API const char* mr_error_message(const mr_error* error);

// The part that failed: "sqlite", "sandbox", ...; may be "".
// Lifecycle: stable since 0.1
MR_API const char* mr_error_origin(const mr_error* error);

// Lifecycle: stable since 0.1
MR_API void mr_error_free(mr_error* error);

// ---- Buffers --------------------------------------------------------------------------------------------------------

// The bytes; a NUL stands behind the last.
// Lifecycle: stable since 0.1
MR_API const char* mr_buffer_data(const mr_buffer* buffer);

// How many, without that NUL.
// Lifecycle: stable since 0.1
MR_API size_t mr_buffer_size(const mr_buffer* buffer);

// For ports that are handed a buffer to fill.
// Lifecycle: stable since 0.1
MR_API mr_code mr_buffer_append(mr_buffer* buffer, const void* bytes, size_t size, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_buffer_free(mr_buffer* buffer);

// ---- Stopping -------------------------------------------------------------------------------------------------------

// A switch for blocking calls: those that were given it return MR_ERROR_CANCELLED once it is requested.
// Lifecycle: stable since 0.1
MR_API mr_code mr_stop_new(mr_stop** out, mr_error** error);

// From any thread, not from a signal handler. For good: a requested mr_stop stays so.
// Lifecycle: stable since 0.1
MR_API void mr_stop_request(mr_stop* stop);

// Calls that were given it may still be waiting.
// Lifecycle: stable since 0.1
MR_API void mr_stop_free(mr_stop* stop);

// What is left of the time that a callback may take; never negative, at most a day.
// Lifecycle: stable since 0.1
MR_API int64_t mr_context_remaining_ms(const mr_context* context);

// 1: the callback should return MR_ERROR_CANCELLED soon.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_context_stop_requested(const mr_context* context);

// ---- Ports by URL ---------------------------------------------------------------------------------------------------

// "sqlite:///runs.db", "memory://". MR_ERROR_INVALID_ARGUMENT: no such scheme or option; the message lists them.
// Lifecycle: stable since 0.1
MR_API mr_code mr_state_store_open(mr_state_store** out, const char* url, mr_error** error);

// What uses it keeps it alive; so for the others.
// Lifecycle: stable since 0.1
MR_API void mr_state_store_free(mr_state_store* store);

// "file:///absolute/folder", "memory://".
// Lifecycle: stable since 0.1
MR_API mr_code mr_artifact_sink_open(mr_artifact_sink** out, const char* url, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_artifact_sink_free(mr_artifact_sink* sink);

// A URL that a browser can open for that long, of an artifact in the sink (mr_artifact_uri). MR_ERROR_INVALID_ARGUMENT:
// valid_for_ms is not above 0, or longer than the sink's server allows; MR_ERROR_UNSUPPORTED: the sink has no links.
// Lifecycle: stable since 0.1
MR_API mr_code mr_artifact_sink_link(mr_buffer** out, mr_artifact_sink* sink, const char* uri, int64_t valid_for_ms,
                                     int64_t timeout_ms, const mr_stop* stop, mr_error** error);

// "file:///absolute/events.jsonl", "memory://".
// Lifecycle: stable since 0.1
MR_API mr_code mr_event_sink_open(mr_event_sink** out, const char* url, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_event_sink_free(mr_event_sink* sink);

// "sandbox://[?isolation=require|prefer|allow-none&tier=...]" (docs/security.md), "memory://". Checks the host once;
// each worker then gets its own.
// Lifecycle: stable since 0.1
MR_API mr_code mr_executor_open(mr_executor** out, const char* url, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_executor_free(mr_executor* executor);

// "memory://", and schemes of your own.
// Lifecycle: stable since 0.1
MR_API mr_code mr_command_source_open(mr_command_source** out, const char* url, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_command_source_free(mr_command_source* source);

// What this host offers for an executor of this URL, as JSON: {"tier", "in_force", "refusal", "findings": [{"name",
// "found", "value", "cost", "remedy"}]}. An empty refusal: matches would run.
// Lifecycle: stable since 0.1
MR_API mr_code mr_diagnose(mr_buffer** out, const char* executor_url, mr_error** error);

// The URL as it may be shown: passwords and secrets become "***".
// Lifecycle: stable since 0.1
MR_API mr_code mr_masked_url(mr_buffer** out, const char* url, mr_error** error);

// Every scheme that can be opened, for every port.
// Lifecycle: stable since 0.1
MR_API mr_code mr_adapters(mr_adapter_list** out, mr_error** error);

// Lifecycle: stable since 0.1
MR_API size_t mr_adapter_list_count(const mr_adapter_list* list);

// "state_store", "artifact_sink", "event_sink", "command_source" or "executor".
// Lifecycle: stable since 0.1
MR_API const char* mr_adapter_list_port(const mr_adapter_list* list, size_t index);

// "sqlite"
// Lifecycle: stable since 0.1
MR_API const char* mr_adapter_list_scheme(const mr_adapter_list* list, size_t index);

// "sqlite:///PATH[?durable=0|1]"
// Lifecycle: stable since 0.1
MR_API const char* mr_adapter_list_form(const mr_adapter_list* list, size_t index);

// Lifecycle: stable since 0.1
MR_API void mr_adapter_list_free(mr_adapter_list* list);

// ---- Images ---------------------------------------------------------------------------------------------------------
//
// Of containers, on the Docker Engine that a URL of its executor names (docs/docker.md): "docker://" is the one of this
// host. Of several URLs, with spaces between them, the first of an engine counts. Calls block until the work is done;
// when their time is over or `stop`, which may be NULL, is requested, the engine gives up. Each gives JSON, {"name",
// "id", "digest"}. MR_ERROR_UNAVAILABLE: the engine or the registry is away; MR_ERROR_PERMISSION_DENIED: one of them
// refuses; MR_ERROR_UNSUPPORTED: this library was built without Docker.

// Told in the calling thread: a line that a build wrote, or, of layers on their way, what the engine says of one, and
// how far all are. total_bytes 0: it is about no layers.
typedef void (*mr_image_step)(void* self, const char* text, uint64_t bytes, uint64_t total_bytes);

typedef struct mr_image_build_options {
  uint32_t struct_size;
  mr_flag pull;            // 1: asks registries for what it is built from also when the engine has it
  uint8_t reserved[3];     // 0
  const char* folder;      // what its COPY and ADD may take, less what .dockerignore there says
  const char* tag;         // its name afterwards: "localhost:5000/teams/red:v2"
  const char* dockerfile;  // in the folder; NULL: "Dockerfile"
} mr_image_build_options;
#define MR_IMAGE_BUILD_OPTIONS_INIT \
  { sizeof(mr_image_build_options), 0, {0, 0, 0}, NULL, NULL, NULL }

// Builds an image from a folder. `on_step` may be NULL. MR_ERROR_NOT_FOUND: the folder, its Dockerfile, an image that
// it is built from; MR_ERROR_INVALID_ARGUMENT: the Dockerfile, also when a command in it fails.
// Lifecycle: stable since 0.1
MR_API mr_code mr_image_build(mr_buffer** out, const char* executor_urls, const mr_image_build_options* build,
                              mr_image_step on_step, void* self, int64_t timeout_ms, const mr_stop* stop,
                              mr_error** error);

// To the registry that its name says, with the login of the URL. `on_step` may be NULL. MR_ERROR_NOT_FOUND: the engine
// has none of that name.
// Lifecycle: stable since 0.1
MR_API mr_code mr_image_push(mr_buffer** out, const char* executor_urls, const char* tag, mr_image_step on_step,
                             void* self, int64_t timeout_ms, const mr_stop* stop, mr_error** error);

// Likewise from it. MR_ERROR_NOT_FOUND: it has none of that name.
// Lifecycle: stable since 0.1
MR_API mr_code mr_image_pull(mr_buffer** out, const char* executor_urls, const char* tag, mr_image_step on_step,
                             void* self, int64_t timeout_ms, const mr_stop* stop, mr_error** error);

// ---- Runner ---------------------------------------------------------------------------------------------------------

// Each port is given as a handle or as a URL, not as both; what is handed over is kept alive by the runner.
typedef struct mr_runner_options {
  uint32_t struct_size;
  int32_t workers;              // matches at once in this process; -1: as many as slots; 0: submit and watch only
  uint32_t slots;               // size of the pool, over all processes; 0: as stored, or the number of cores
  uint32_t lease_ms;            // how long a runner may be silent before others take its matches; 0: 15000
  uint32_t collect_timeout_ms;  // for storing artifacts before the match ends without them; 0: 10000
  uint32_t sink_count;          // of the two arrays below
  const char* store_url;        // the store is required
  const mr_state_store* store;
  const char* artifacts_url;  // artifacts and executor: required unless workers is 0
  const mr_artifact_sink* artifacts;
  const char* executor_url;
  const mr_executor* executor;
  const char* const* sink_names;  // under which the store keeps how far each sink has come
  const mr_event_sink* const* sinks;
  const char* pool;                         // the limit that its matches count against; NULL: "default"
  const char* only_match;                   // claim nothing but this match; NULL: all
  const char* spool_folder;                 // for runs under way; NULL: in the system's temporary folder
  const char* name;                         // by which the runner is known as holder of matches; NULL: host:pid:random
  uint32_t source_count;                    // of the array below
  uint32_t backlog;                         // matches, beyond the slots, that commands may bring in; 0: none
  const mr_command_source* const* sources;  // each is polled on a thread of its own
  uint32_t stream_count;                    // of the two arrays below
  uint32_t target_count;                    // of the last
  const char* const* stream_patterns;       // of names of artifacts that go, while they grow, ...
  const char* const* stream_urls;           // ... to this artifact sink
  const char* const* targets;               // URLs, with * for anything, that matches may name as storage and streams
  mr_flag return_queued;          // 1: at its end, what is still queued of a source's commands goes back to it
  uint8_t reserved[3];            // 0
  uint32_t host_path_count;       // of the array below
  const char* const* host_paths;  // from where matches that commands bring may take files of this host
} mr_runner_options;
#define MR_RUNNER_OPTIONS_INIT                                                                                         \
  {                                                                                                                    \
    sizeof(mr_runner_options), -1, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
        0, 0, NULL, 0, 0, NULL, NULL, NULL, 0, {0, 0, 0}, 0, NULL                                                      \
  }

// MR_ERROR_INVALID_ARGUMENT: an option; MR_ERROR_CONFLICT: the pool has another size; others are those of the ports.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_open(mr_runner** out, const mr_runner_options* options, mr_error** error);

// Stops taking matches, lets those under way end for `grace_ms`, stops the rest (they run again elsewhere), flushes the
// sinks and joins all threads. Blocks. Calling it again does nothing.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_close(mr_runner* runner, int64_t grace_ms, mr_error** error);

// Closes it with no grace if it is open. No other thread may be in a call on it.
// Lifecycle: stable since 0.1
MR_API void mr_runner_free(mr_runner* runner);

// ---- Games ----------------------------------------------------------------------------------------------------------

// Adds a game to the catalogue, from JSON. Relative paths in it are taken from `folder`; NULL: they must be absolute.
// `out` may be NULL. MR_ERROR_ALREADY_EXISTS; MR_ERROR_INVALID_ARGUMENT: the message has every fault.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_add_game(mr_game** out, mr_runner* runner, const char* json, size_t length, const char* folder,
                                  mr_error** error);

// Replaces a game and raises its version; matches keep the game as it was. `out` may be NULL. MR_ERROR_NOT_FOUND.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_update_game(mr_game** out, mr_runner* runner, const char* json, size_t length,
                                     const char* folder, mr_error** error);

// *out is NULL when there is none.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_find_game(mr_game** out, mr_runner* runner, const char* name, mr_error** error);

// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_list_games(mr_game_list** out, mr_runner* runner, mr_error** error);

// MR_ERROR_NOT_FOUND: there is none.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_remove_game(mr_runner* runner, const char* name, mr_error** error);

// Lifecycle: stable since 0.1
MR_API const char* mr_game_name(const mr_game* game);

// For people; may be "".
// Lifecycle: stable since 0.1
MR_API const char* mr_game_title(const mr_game* game);

// In the catalogue: 1, 2, ...; 0 when it is not from there.
// Lifecycle: stable since 0.1
MR_API uint64_t mr_game_version(const mr_game* game);

// Lifecycle: stable since 0.1
MR_API mr_wiring mr_game_wiring(const mr_game* game);

// A JSON object for the referee or program, as it is.
// Lifecycle: stable since 0.1
MR_API const char* mr_game_settings(const mr_game* game);

// Lifecycle: stable since 0.1
MR_API size_t mr_game_seat_count(const mr_game* game);

// NULL when there is none at that index.
// Lifecycle: stable since 0.1
MR_API const mr_seat* mr_game_seat(const mr_game* game, size_t index);

// The whole game; mr_runner_add_game reads it back.
// Lifecycle: stable since 0.1
MR_API mr_code mr_game_json(mr_buffer** out, const mr_game* game, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_game_free(mr_game* game);

// Lifecycle: stable since 0.1
MR_API size_t mr_game_list_count(const mr_game_list* list);

// Lifecycle: stable since 0.1
MR_API const mr_game* mr_game_list_at(const mr_game_list* list, size_t index);

// Lifecycle: stable since 0.1
MR_API void mr_game_list_free(mr_game_list* list);

// Lifecycle: stable since 0.1
MR_API const char* mr_seat_name(const mr_seat* seat);

// 0 when the game leaves it to the default.
// Lifecycle: stable since 0.1
MR_API mr_role mr_seat_role(const mr_seat* seat);

// "" when the seat is not started by a command.
// Lifecycle: stable since 0.1
MR_API const char* mr_seat_command(const mr_seat* seat);

// The JSON object meant for a user's executor; "" when the seat is not started by one.
// Lifecycle: stable since 0.1
MR_API const char* mr_seat_custom(const mr_seat* seat);

// Lifecycle: stable since 0.1
MR_API size_t mr_seat_argument_count(const mr_seat* seat);

// Lifecycle: stable since 0.1
MR_API const char* mr_seat_argument(const mr_seat* seat, size_t index);

typedef struct mr_limits {
  uint32_t struct_size;
  uint32_t processes;
  uint32_t open_files;
  uint32_t reserved;  // 0
  double cpu_seconds;
  double wall_seconds;  // infinity: none
  uint64_t memory_bytes;
  uint64_t output_bytes;  // kept of stdout and of stderr, each
  uint64_t artifact_bytes;
  uint64_t disk_bytes;
  uint64_t files;
} mr_limits;
#define MR_LIMITS_INIT \
  { sizeof(mr_limits), 0, 0, 0, 0.0, 0.0, 0, 0, 0, 0, 0 }

// What the seat may use; 0 where the seat leaves it to its game. The seats of a plan have every limit.
// Lifecycle: stable since 0.1
MR_API mr_code mr_seat_limits(mr_limits* limits, const mr_seat* seat, mr_error** error);

// ---- Matches --------------------------------------------------------------------------------------------------------

// Stores a match as queued, from JSON. Relative paths in it are taken from `folder`; NULL: they must be absolute. When
// its id exists: the same request gives the existing match, another one is MR_ERROR_ALREADY_EXISTS.
// MR_ERROR_INVALID_ARGUMENT: the message has every fault; MR_ERROR_NOT_FOUND: no such game.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_submit_match(mr_match** out, mr_runner* runner, const char* json, size_t length,
                                      const char* folder, mr_error** error);

// *out is NULL when there is none.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_find_match(mr_match** out, mr_runner* runner, const char* id, mr_error** error);

// MR_ERROR_NOT_FOUND: there is none.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_get_match(mr_match** out, mr_runner* runner, const char* id, mr_error** error);

typedef struct mr_match_filter {
  uint32_t struct_size;
  uint32_t limit;          // 1 to 1000; 0: 100
  const mr_state* states;  // any of these
  size_t state_count;      // 0: all
  const char* game;        // NULL: all
  const char* cursor;      // mr_match_list_next of the page before; NULL: from the start
} mr_match_filter;
#define MR_MATCH_FILTER_INIT \
  { sizeof(mr_match_filter), 0, NULL, 0, NULL, NULL }

// One page, highest priority first, then oldest. `filter` may be NULL: all.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_list_matches(mr_match_list** out, mr_runner* runner, const mr_match_filter* filter,
                                      mr_error** error);

// Asks for a stop; its holder sees it within a second, in whatever process it is. `reason` and `out` may be NULL.
// MR_ERROR_CONFLICT: the match has ended.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_stop_match(mr_match** out, mr_runner* runner, const char* id, const char* reason,
                                    mr_error** error);

// Blocks until the match has ended. `stop` may be NULL. MR_ERROR_TIMEOUT, MR_ERROR_CANCELLED: it has not.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_wait_match(mr_match** out, mr_runner* runner, const char* id, mr_wait_for what,
                                    int64_t timeout_ms, const mr_stop* stop, mr_error** error);

// Lifecycle: stable since 0.1
MR_API const char* mr_match_id(const mr_match* match);

// Lifecycle: stable since 0.1
MR_API mr_state mr_match_state(const mr_match* match);

// When it entered a state last. 0: it never did, and nothing is written.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_match_entered_at(int64_t* microseconds, const mr_match* match, mr_state state);

// The game as it was when submitted, the match's own seats and settings laid over it.
// Lifecycle: stable since 0.1
MR_API const mr_game* mr_match_game(const mr_match* match);

// How often it was run so far; above 1 when runners died.
// Lifecycle: stable since 0.1
MR_API uint32_t mr_match_attempt(const mr_match* match);

// 0 until the outcome stands.
// Lifecycle: stable since 0.1
MR_API mr_result mr_match_result(const mr_match* match);

// Lifecycle: stable since 0.1
MR_API mr_fault mr_match_fault(const mr_match* match);

// Why it ended so, one line.
// Lifecycle: stable since 0.1
MR_API const char* mr_match_reason(const mr_match* match);

// One sentence for contestants: how it ended, and whose fault that was; "" while there is no outcome.
// Lifecycle: stable since 0.1
MR_API const char* mr_match_summary(const mr_match* match);

// Of the outcome, in the order of the game's seats; 0 until the outcome stands.
// Lifecycle: stable since 0.1
MR_API size_t mr_match_seat_count(const mr_match* match);

// Lifecycle: stable since 0.1
MR_API const mr_seat_outcome* mr_match_seat(const mr_match* match, size_t index);

// Lifecycle: stable since 0.1
MR_API size_t mr_match_artifact_count(const mr_match* match);

// Lifecycle: stable since 0.1
MR_API const mr_artifact* mr_match_artifact(const mr_match* match, size_t index);

// The whole match, as `matchrunner show --json` prints it.
// Lifecycle: stable since 0.1
MR_API mr_code mr_match_json(mr_buffer** out, const mr_match* match, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_match_free(mr_match* match);

// Lifecycle: stable since 0.1
MR_API size_t mr_match_list_count(const mr_match_list* list);

// Lifecycle: stable since 0.1
MR_API const mr_match* mr_match_list_at(const mr_match_list* list, size_t index);

// The cursor of the next page; "": that was all.
// Lifecycle: stable since 0.1
MR_API const char* mr_match_list_next(const mr_match_list* list);

// Lifecycle: stable since 0.1
MR_API void mr_match_list_free(mr_match_list* list);

// Lifecycle: stable since 0.1
MR_API const char* mr_seat_outcome_name(const mr_seat_outcome* seat);

// Lifecycle: stable since 0.1
MR_API mr_verdict mr_seat_outcome_verdict(const mr_seat_outcome* seat);

// 0: it has none, and nothing is written. So for the two below.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_seat_outcome_exit_code(int32_t* exit_code, const mr_seat_outcome* seat);

// Lifecycle: stable since 0.1
MR_API mr_flag mr_seat_outcome_signal(int32_t* signal, const mr_seat_outcome* seat);

// Lifecycle: stable since 0.1
MR_API mr_flag mr_seat_outcome_score(double* score, const mr_seat_outcome* seat);

// 1: its stdout or stderr was cut.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_seat_outcome_truncated(const mr_seat_outcome* seat);

// Lifecycle: stable since 0.1
MR_API double mr_seat_outcome_cpu_seconds(const mr_seat_outcome* seat);

// Lifecycle: stable since 0.1
MR_API double mr_seat_outcome_wall_seconds(const mr_seat_outcome* seat);

// Lifecycle: stable since 0.1
MR_API uint64_t mr_seat_outcome_peak_memory_bytes(const mr_seat_outcome* seat);

// Most at once, threads counted, as far as seen; 0: not known.
// Lifecycle: stable since 0.1
MR_API uint32_t mr_seat_outcome_processes(const mr_seat_outcome* seat);

// Written to its logs, what was cut included.
// Lifecycle: stable since 0.1
MR_API uint64_t mr_seat_outcome_output_bytes(const mr_seat_outcome* seat);

// The limit that it reached, by its name in match files ("cpu_seconds"); "": none.
// Lifecycle: stable since 0.1
MR_API const char* mr_seat_outcome_limit(const mr_seat_outcome* seat);

// What that limit allows. 0: it reached none, and nothing is written.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_seat_outcome_limit_value(double* value, const mr_seat_outcome* seat);

// Whose fault it is that the verdict is not ok: MR_FAULT_*.
// Lifecycle: stable since 0.1
MR_API mr_fault mr_seat_outcome_fault(const mr_seat_outcome* seat);

// The last lines of its stderr, at most 10 and 1 KiB.
// Lifecycle: stable since 0.1
MR_API const char* mr_seat_outcome_stderr_tail(const mr_seat_outcome* seat);

// One line for a person; may be "".
// Lifecycle: stable since 0.1
MR_API const char* mr_seat_outcome_detail(const mr_seat_outcome* seat);

// "output/game.pgn", "logs/white.stderr", "result.json"; for mr_runner_read_log.
// Lifecycle: stable since 0.1
MR_API const char* mr_artifact_name(const mr_artifact* artifact);

// Where it is; "" until its sink has it.
// Lifecycle: stable since 0.1
MR_API const char* mr_artifact_uri(const mr_artifact* artifact);

// Lifecycle: stable since 0.1
MR_API uint64_t mr_artifact_bytes(const mr_artifact* artifact);

// 64 lower-case hex digits.
// Lifecycle: stable since 0.1
MR_API const char* mr_artifact_sha256(const mr_artifact* artifact);

// 1: lost with the host that had it.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_artifact_missing(const mr_artifact* artifact);

// ---- Events and logs ------------------------------------------------------------------------------------------------

typedef struct mr_event_filter {
  uint32_t struct_size;
  mr_flag from_now;     // 1: only what comes after the call
  uint8_t reserved[3];  // 0
  uint64_t after;       // a sequence; 0: from the oldest kept
  const char* match;    // NULL: all
} mr_event_filter;
#define MR_EVENT_FILTER_INIT \
  { sizeof(mr_event_filter), 0, {0, 0, 0}, 0, NULL }

// `filter` may be NULL: all. The stream may outlive the runner; then it ends with MR_ERROR_CANCELLED.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_events(mr_event_stream** out, mr_runner* runner, const mr_event_filter* filter,
                                mr_error** error);

// The next event; *out is NULL when none came in time. `stop` may be NULL.
// Lifecycle: stable since 0.1
MR_API mr_code mr_event_stream_next(mr_event** out, mr_event_stream* stream, int64_t timeout_ms, const mr_stop* stop,
                                    mr_error** error);

// A descriptor for select, poll and epoll, readable when mr_event_stream_next may have something. The stream's own;
// -1 for NULL.
// Lifecycle: stable since 0.1
MR_API int32_t mr_event_stream_fileno(const mr_event_stream* stream);

// Lifecycle: stable since 0.1
MR_API void mr_event_stream_free(mr_event_stream* stream);

// Its place in the journal: 1, 2, ...
// Lifecycle: stable since 0.1
MR_API uint64_t mr_event_sequence(const mr_event* event);

// Lifecycle: stable since 0.1
MR_API int64_t mr_event_at(const mr_event* event);

// Of what it is about: "match", "game", ...
// Lifecycle: stable since 0.1
MR_API const char* mr_event_kind(const mr_event* event);

// The id of that.
// Lifecycle: stable since 0.1
MR_API const char* mr_event_subject(const mr_event* event);

// Raised whenever that changed hands: an event with an older epoch than one seen before is out of date.
// Lifecycle: stable since 0.1
MR_API uint64_t mr_event_epoch(const mr_event* event);

// "submit", "claim", "started", ...; docs/events.md.
// Lifecycle: stable since 0.1
MR_API const char* mr_event_type(const mr_event* event);

// A JSON object with the fields of its type.
// Lifecycle: stable since 0.1
MR_API const char* mr_event_body(const mr_event* event);

// The whole event, one line.
// Lifecycle: stable since 0.1
MR_API mr_code mr_event_json(mr_buffer** out, const mr_event* event, mr_error** error);

// One of your own, e.g. of an event that a sink was lent.
// Lifecycle: stable since 0.1
MR_API mr_code mr_event_copy(mr_event** out, const mr_event* event, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_event_free(mr_event* event);

// Bytes of an artifact of a match under way on this host, or of a stored one, from `offset`, at most `size`. Does not
// wait: nothing, and *finished 0, means "not yet". *claimed_at (may be NULL): when the run began that the bytes are of,
// 0 before the first; another time than before means that the match is run again, with logs that begin at offset 0.
// MR_ERROR_NOT_FOUND: no such match or name.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_read_log(mr_buffer** out, uint64_t* next_offset, mr_flag* finished, int64_t* claimed_at,
                                  mr_runner* runner, const char* id, const char* name, uint64_t offset, size_t size,
                                  mr_error** error);

// A URL that a browser can open for that long, of a stored artifact. MR_ERROR_NOT_FOUND: no such match or name;
// MR_ERROR_CONFLICT: it is not stored yet; MR_ERROR_INVALID_ARGUMENT: valid_for_ms is not above 0, or more than its
// sink allows; MR_ERROR_UNSUPPORTED: its sink has no links.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_link_artifact(mr_buffer** out, mr_runner* runner, const char* id, const char* name,
                                       int64_t valid_for_ms, mr_error** error);

// ---- Housekeeping ---------------------------------------------------------------------------------------------------

// Removes matches that ended before that time, with artifacts and events that no sink needs, up to the first event of a
// match that has not ended or whose artifacts are not stored yet. A match is left where an artifact of it cannot be
// removed, and the others go: then an error says how many of each, and why.
// *removed: how many matches, also with that error.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_prune(uint64_t* removed, mr_runner* runner, int64_t before_microseconds, mr_error** error);

// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_list_pools(mr_pool_list** out, mr_runner* runner, mr_error** error);

// `out` may be NULL. MR_ERROR_CONFLICT: a slot that would go is in use.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_resize_pool(mr_pool** out, mr_runner* runner, const char* name, uint32_t slots,
                                     mr_error** error);

// Lifecycle: stable since 0.1
MR_API const char* mr_pool_name(const mr_pool* pool);

// Lifecycle: stable since 0.1
MR_API uint32_t mr_pool_slots(const mr_pool* pool);

// How many of its slots are taken.
// Lifecycle: stable since 0.1
MR_API size_t mr_pool_busy_count(const mr_pool* pool);

// The number of a taken slot.
// Lifecycle: stable since 0.1
MR_API uint32_t mr_pool_busy_slot(const mr_pool* pool, size_t index);

// The match that has it.
// Lifecycle: stable since 0.1
MR_API const char* mr_pool_busy_match(const mr_pool* pool, size_t index);

// The runner that has that match.
// Lifecycle: stable since 0.1
MR_API const char* mr_pool_busy_runner(const mr_pool* pool, size_t index);

// Lifecycle: stable since 0.1
MR_API void mr_pool_free(mr_pool* pool);

// Lifecycle: stable since 0.1
MR_API size_t mr_pool_list_count(const mr_pool_list* list);

// Lifecycle: stable since 0.1
MR_API const mr_pool* mr_pool_list_at(const mr_pool_list* list, size_t index);

// Lifecycle: stable since 0.1
MR_API void mr_pool_list_free(mr_pool_list* list);

// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_outbox(mr_outbox** out, mr_runner* runner, mr_error** error);

// Forgets an event sink; the journal no longer waits for it.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_remove_sink(mr_runner* runner, const char* name, mr_error** error);

// How many sinks the store knows.
// Lifecycle: stable since 0.1
MR_API size_t mr_outbox_count(const mr_outbox* outbox);

// Lifecycle: stable since 0.1
MR_API const char* mr_outbox_sink(const mr_outbox* outbox, size_t index);

// The sequence up to which it has everything.
// Lifecycle: stable since 0.1
MR_API uint64_t mr_outbox_published(const mr_outbox* outbox, size_t index);

// How many events are behind that.
// Lifecycle: stable since 0.1
MR_API uint64_t mr_outbox_waiting(const mr_outbox* outbox, size_t index);

// Why they wait; "": no error.
// Lifecycle: stable since 0.1
MR_API const char* mr_outbox_last_error(const mr_outbox* outbox, size_t index);

// Tries in a row that failed.
// Lifecycle: stable since 0.1
MR_API uint32_t mr_outbox_failures(const mr_outbox* outbox, size_t index);

// When the first of them was. 0: it does not fail.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_outbox_failing_since(int64_t* microseconds, const mr_outbox* outbox, size_t index);

// When the next try is due. 0: it does not fail.
// Lifecycle: stable since 0.1
MR_API mr_flag mr_outbox_next_attempt_at(int64_t* microseconds, const mr_outbox* outbox, size_t index);

// All of it: [{"sink", "published", "waiting", "last_error", "failures", "failing_since", "next_attempt_at"}].
// Lifecycle: stable since 0.1
MR_API mr_code mr_outbox_json(mr_buffer** out, const mr_outbox* outbox, mr_error** error);

// Matches that have ended and whose artifacts are not all stored:
// [{"match", "waiting", "last_error", "host", "since", "next_attempt_at"}].
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_waiting_artifacts_json(mr_buffer** out, mr_runner* runner, mr_error** error);

// How the ports of the runner answered it last; asks nobody and never blocks: {"name", "taking", "workers",
// "silent_seconds", "parts": [{"name", "done", "refused", "failures", "recoveries", "last_error", "failing_since"}]}.
// Lifecycle: stable since 0.1
MR_API mr_code mr_runner_health_json(mr_buffer** out, mr_runner* runner, mr_error** error);

// Lifecycle: stable since 0.1
MR_API void mr_outbox_free(mr_outbox* outbox);

// ---- The service: docs/service.md -----------------------------------------------------------------------------------

// `config`: JSON, may be NULL. `environment`: "NAME=VALUE" each, up to a NULL, as `environ` is; may be NULL. Variables
// MATCHRUNNER_* go before the configuration. MR_ERROR_INVALID_ARGUMENT names every fault; MR_ERROR_UNAVAILABLE: the
// address of its pages is in use; others are those of the ports.
// Lifecycle: stable since 0.1
MR_API mr_code mr_service_open(mr_service** out, const char* config, size_t length, const char* const* environment,
                               mr_error** error);

// To submit, look and stop; the service's own, neither to be closed nor freed.
// Lifecycle: stable since 0.1
MR_API mr_runner* mr_service_runner(mr_service* service);

// "127.0.0.1:9377", with the port that its pages got; "": it has none.
// Lifecycle: stable since 0.1
MR_API mr_code mr_service_http_address(mr_buffer** out, const mr_service* service, mr_error** error);

// The next line of its log, as JSON {"at", "level", "message", "match"}; *out is NULL when none came in time. `stop`
// may be NULL. MR_ERROR_CANCELLED: it has ended and told everything.
// Lifecycle: stable since 0.1
MR_API mr_code mr_service_next_log(mr_buffer** out, mr_service* service, int64_t timeout_ms, const mr_stop* stop,
                                   mr_error** error);

// What /status shows.
// Lifecycle: stable since 0.1
MR_API mr_code mr_service_status_json(mr_buffer** out, const mr_service* service, mr_error** error);

// What /metrics shows.
// Lifecycle: stable since 0.1
MR_API mr_code mr_service_metrics(mr_buffer** out, const mr_service* service, mr_error** error);

// Takes over slots, grace_seconds, keep_days and log_level; other fields that differ are named in the log.
// Lifecycle: stable since 0.1
MR_API mr_code mr_service_reload(mr_service* service, const char* config, size_t length, const char* const* environment,
                                 mr_error** error);

// Takes no more matches, lets those under way end, gives back the rest, ends. Negative: the grace of its configuration.
// Lifecycle: stable since 0.1
MR_API mr_code mr_service_close(mr_service* service, int64_t grace_ms, mr_error** error);

// As mr_service_close with no grace, where that was not done.
// Lifecycle: stable since 0.1
MR_API void mr_service_free(mr_service* service);

// ---- Match files and state tables: pure, from any thread ------------------------------------------------------------

// All that is wrong with a match file at once; an empty list: it can be submitted.
// Lifecycle: stable since 0.1
MR_API mr_code mr_check_match_request(mr_input_fault_list** out, const char* json, size_t length, mr_error** error);

// Likewise for a game.
// Lifecycle: stable since 0.1
MR_API mr_code mr_check_game(mr_input_fault_list** out, const char* json, size_t length, mr_error** error);

// The JSON Schema of the match file.
// Lifecycle: stable since 0.1
MR_API mr_code mr_match_file_schema(mr_buffer** out, mr_error** error);

// Lifecycle: stable since 0.1
MR_API size_t mr_input_fault_list_count(const mr_input_fault_list* list);

// "seats[1].limits.cpu_seconds"; "": the whole input.
// Lifecycle: stable since 0.1
MR_API const char* mr_input_fault_list_path(const mr_input_fault_list* list, size_t index);

// "a number above 0"
// Lifecycle: stable since 0.1
MR_API const char* mr_input_fault_list_expected(const mr_input_fault_list* list, size_t index);

// "\"ten\""
// Lifecycle: stable since 0.1
MR_API const char* mr_input_fault_list_found(const mr_input_fault_list* list, size_t index);

// All three in one line.
// Lifecycle: stable since 0.1
MR_API const char* mr_input_fault_list_text(const mr_input_fault_list* list, size_t index);

// Lifecycle: stable since 0.1
MR_API void mr_input_fault_list_free(mr_input_fault_list* list);

// The library's state machines: match, ticket, lobby, host.
// Lifecycle: stable since 0.1
MR_API size_t mr_machine_count(void);

// Lives as long as the program.
// Lifecycle: stable since 0.1
MR_API const mr_machine* mr_machine_at(size_t index);

// Lifecycle: stable since 0.1
MR_API const char* mr_machine_name(const mr_machine* machine);

// The state in which it begins.
// Lifecycle: stable since 0.1
MR_API const char* mr_machine_start(const mr_machine* machine);

// Lifecycle: stable since 0.1
MR_API size_t mr_machine_state_count(const mr_machine* machine);

// Lifecycle: stable since 0.1
MR_API const char* mr_machine_state(const mr_machine* machine, size_t index);

// Lifecycle: stable since 0.1
MR_API size_t mr_machine_event_count(const mr_machine* machine);

// Lifecycle: stable since 0.1
MR_API const char* mr_machine_event(const mr_machine* machine, size_t index);

// Rows: from `from`, `event` leads to `to`; every other pair is illegal.
// Lifecycle: stable since 0.1
MR_API size_t mr_machine_row_count(const mr_machine* machine);

// Lifecycle: stable since 0.1
MR_API const char* mr_machine_row_from(const mr_machine* machine, size_t index);

// Lifecycle: stable since 0.1
MR_API const char* mr_machine_row_event(const mr_machine* machine, size_t index);

// Lifecycle: stable since 0.1
MR_API const char* mr_machine_row_to(const mr_machine* machine, size_t index);

// ---- Ports of your own ----------------------------------------------------------------------------------------------
//
// A vtable is copied, and what it points to must live as long as the port. Callbacks get what they were registered with
// as first argument behind their out parameters. One that fails returns a code and sets *error, which is never NULL, to
// an mr_error_new(). One that may be NULL says so, and leaving it out tells the library that the port cannot do it.
// `destroy` is called once, when the handle is freed and nothing uses the port any more, also no writer, worker or run
// of it; never when mr_*_new failed.

// Writes one artifact; used by one thread at a time.
typedef struct mr_artifact_writer_vtable {
  uint32_t struct_size;
  uint32_t reserved;  // 0

  // Frees the writer. Neither closed nor aborted before: as abort.
  void (*destroy)(void* writer);

  // How many bytes the sink has safely; more than 0 at the start only when resumed.
  uint64_t (*offset)(void* writer);

  // May be NULL. What `open` needs to go on after a crash; nothing appended: it cannot.
  mr_code (*resume_token)(mr_buffer* token, void* writer, mr_error** error);

  // Appends all bytes. After an error only abort and destroy follow.
  mr_code (*write)(void* writer, const void* bytes, size_t size, const mr_context* context, mr_error** error);

  // Makes it visible, whole and durable, and appends its URI.
  mr_code (*close)(mr_buffer* uri, void* writer, const mr_context* context, mr_error** error);

  // Leaves nothing behind.
  void (*abort)(void* writer);
} mr_artifact_writer_vtable;
#define MR_ARTIFACT_WRITER_VTABLE_INIT \
  { sizeof(mr_artifact_writer_vtable), 0, NULL, NULL, NULL, NULL, NULL, NULL }

// Used by one thread at a time, its writers included, unless it takes several `writers`.
typedef struct mr_artifact_sink_vtable {
  uint32_t struct_size;
  mr_flag remote;  // 1: to store may take long; a match is finished before, and does not fail when it cannot be done
  uint8_t reserved[3];  // 0
  const mr_artifact_writer_vtable* writer;

  // May be NULL.
  void (*destroy)(void* self);

  // Begins an artifact: its key is match/epoch/name, of an id, a number and a relative path. `resume_token` is "" or
  // what a writer gave. MR_ERROR_INVALID_ARGUMENT: the key is none; MR_ERROR_NOT_FOUND: the token leads nowhere.
  mr_code (*open)(void** writer, void* self, const char* match, uint64_t epoch, const char* name,
                  const char* resume_token, const mr_context* context, mr_error** error);

  // May be NULL. Up to `size` bytes from `offset` into `bytes`; *taken 0 at the end. MR_ERROR_NOT_FOUND: no such URI.
  mr_code (*read)(size_t* taken, void* self, const char* uri, uint64_t offset, void* bytes, size_t size,
                  const mr_context* context, mr_error** error);

  // May be NULL. Removing what is not there succeeds.
  mr_code (*remove)(void* self, const char* uri, const mr_context* context, mr_error** error);

  // May be NULL. Appends a URL that a browser can open for that long.
  mr_code (*link)(mr_buffer* url, void* self, const char* uri, int64_t valid_for_ms, const mr_context* context,
                  mr_error** error);

  // How many may be at work at once; more than 1: each in a thread of its own, and any thread calls the sink. 0: 1.
  uint32_t writers;
} mr_artifact_sink_vtable;
#define MR_ARTIFACT_SINK_VTABLE_INIT \
  { sizeof(mr_artifact_sink_vtable), 0, {0, 0, 0}, NULL, NULL, NULL, NULL, NULL, NULL, 0 }

// `self` is kept.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_artifact_sink_new(mr_artifact_sink** out, const mr_artifact_sink_vtable* vtable, void* self,
                                    mr_error** error);

// Used by one thread at a time.
typedef struct mr_event_sink_vtable {
  uint32_t struct_size;
  mr_flag durable;      // 1: what publish counted survives a power cut
  uint8_t reserved[3];  // 0

  // May be NULL.
  void (*destroy)(void* self);

  // Takes the first *taken events: those will not be offered again. No events: keeps the connection alive. After an
  // error the same events are offered again, after a while.
  mr_code (*publish)(size_t* taken, void* self, const mr_event* const* events, size_t count, const mr_context* context,
                     mr_error** error);
} mr_event_sink_vtable;
#define MR_EVENT_SINK_VTABLE_INIT \
  { sizeof(mr_event_sink_vtable), 0, {0, 0, 0}, NULL, NULL }

// `self` is kept.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_event_sink_new(mr_event_sink** out, const mr_event_sink_vtable* vtable, void* self, mr_error** error);

// Used by one thread at a time.
typedef struct mr_command_source_vtable {
  uint32_t struct_size;
  mr_flag redelivers;   // 1: what was neither accepted nor rejected comes again after a crash
  uint8_t reserved[3];  // 0

  // May be NULL.
  void (*destroy)(void* self);

  // Fills the command by mr_command_fill; not filled, and MR_OK: nothing came in the context's time.
  mr_code (*poll)(mr_command* command, void* self, const mr_context* context, mr_error** error);

  // It is stored: never deliver it again.
  mr_code (*accept)(void* self, const mr_command* command, const mr_context* context, mr_error** error);

  // It cannot be meant (`reason`, one line): never deliver it again, keep it where the peer keeps dead letters.
  mr_code (*reject)(void* self, const mr_command* command, const char* reason, const mr_context* context,
                    mr_error** error);

  // Where its commands come from, by whoever opens it; NULL: it has no `give_back`.
  const char* origin;

  // A command of this runner, for another one: it comes to whoever polls, behind what waits already. Returns once it is
  // safe there; the source is not polled any more.
  mr_code (*give_back)(void* self, const mr_command* command, const mr_context* context, mr_error** error);
} mr_command_source_vtable;
#define MR_COMMAND_SOURCE_VTABLE_INIT \
  { sizeof(mr_command_source_vtable), 0, {0, 0, 0}, NULL, NULL, NULL, NULL, NULL, NULL }

// `self` is kept.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_command_source_new(mr_command_source** out, const mr_command_source_vtable* vtable, void* self,
                                     mr_error** error);

// `delivery`: the source's own handle for it. `body`: JSON, {"command": "run" | "stop" | "status" | ..., "data": {...}}
// (docs/commands.md); what is none is rejected. `reply_to`: where replies go; it and `correlation_id` may be NULL.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_command_fill(mr_command* command, const char* delivery, const char* body, size_t length,
                               const char* reply_to, const char* correlation_id, mr_error** error);

// As it was filled; so for the four below.
// Lifecycle: unstable since 0.1
MR_API const char* mr_command_delivery(const mr_command* command);

// Lifecycle: unstable since 0.1
MR_API const char* mr_command_body(const mr_command* command);

// Lifecycle: unstable since 0.1
MR_API size_t mr_command_body_size(const mr_command* command);

// Lifecycle: unstable since 0.1
MR_API const char* mr_command_reply_to(const mr_command* command);

// Lifecycle: unstable since 0.1
MR_API const char* mr_command_correlation_id(const mr_command* command);

// Used by one thread at a time. Repeating a call is harmless. A player has an id and a name.
typedef struct mr_game_server_vtable {
  uint32_t struct_size;
  uint32_t reserved;  // 0

  // May be NULL.
  void (*destroy)(void* self);

  // Opens a lobby with its creator in it, and appends the token that its players show. MR_ERROR_ALREADY_EXISTS: the id
  // is taken.
  mr_code (*create)(mr_buffer* token, void* self, const char* lobby, const char* player, const char* name,
                    const mr_context* context, mr_error** error);

  // MR_ERROR_NOT_FOUND: no such lobby; MR_ERROR_RESOURCE_EXHAUSTED: it is full; MR_ERROR_ALREADY_EXISTS: the player is
  // in it.
  mr_code (*join)(void* self, const char* lobby, const char* player, const char* name, const mr_context* context,
                  mr_error** error);

  // Removing what is not there succeeds.
  mr_code (*remove)(void* self, const char* lobby, const mr_context* context, mr_error** error);

  // May be NULL. MR_ERROR_INVALID_ARGUMENT: the creator cannot be removed; MR_ERROR_NOT_FOUND: not a member.
  mr_code (*remove_player)(void* self, const char* lobby, const char* player, const mr_context* context,
                           mr_error** error);
} mr_game_server_vtable;
#define MR_GAME_SERVER_VTABLE_INIT \
  { sizeof(mr_game_server_vtable), 0, NULL, NULL, NULL, NULL, NULL }

// `self` is kept.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_game_server_new(mr_game_server** out, const mr_game_server_vtable* vtable, void* self,
                                  mr_error** error);

// Lifecycle: unstable since 0.1
MR_API void mr_game_server_free(mr_game_server* server);

// One match under way; used by one thread at a time.
typedef struct mr_run_vtable {
  uint32_t struct_size;
  uint32_t reserved;  // 0

  // Still under way: ends it at once and leaves no process. Frees the run.
  void (*destroy)(void* run);

  // May be NULL. Adds where each seat can be reached, in the order of the plan's seats.
  void (*endpoints)(mr_endpoint_list* endpoints, void* run);

  // Fills the report by one mr_run_report_* call; none, and MR_OK: nothing came in the context's time.
  // MR_ERROR_CANCELLED leaves the run as it is; MR_ERROR_UNAVAILABLE: it is lost, and whatever it had started is ended.
  mr_code (*poll)(mr_run_report* report, void* run, const mr_context* context, mr_error** error);

  // Asks all seats to end, and kills what is left after that long. Returns at once.
  mr_code (*stop)(void* run, int64_t grace_ms, mr_error** error);

  // Do not kill before this time on CLOCK_BOOTTIME.
  mr_code (*extend_lease)(void* run, int64_t deadline_ns, mr_error** error);
} mr_run_vtable;
#define MR_RUN_VTABLE_INIT \
  { sizeof(mr_run_vtable), 0, NULL, NULL, NULL, NULL, NULL }

#define MR_EXECUTOR_COMMANDS 1u         // runs seats by `command`
#define MR_EXECUTOR_IMAGES 2u           // by `image`
#define MR_EXECUTOR_CUSTOM 4u           // by `custom`
#define MR_EXECUTOR_WIRING_NONE 8u      // matches of one program
#define MR_EXECUTOR_WIRING_STDIO 16u    // matches whose players talk to the referee by pipes
#define MR_EXECUTOR_WIRING_NETWORK 32u  // matches whose seats talk over a network of their own

// A runner asks for one executor for each of its workers, on that worker's thread, and uses it there only.
typedef struct mr_executor_vtable {
  uint32_t struct_size;
  uint32_t capabilities;                  // MR_EXECUTOR_* together
  const char* isolation_tier;             // what holds the seats; NULL: "none"
  const char* const* isolation_in_force;  // its parts, ended by NULL; may be NULL
  const mr_run_vtable* run;

  // May be NULL.
  void (*destroy)(void* self);

  // Both NULL, or both set. Makes what the callbacks below get as `worker`, and frees it. NULL: they get `self`, which
  // must then be safe from several threads.
  mr_code (*make_worker)(void** worker, void* self, mr_error** error);
  void (*free_worker)(void* worker);

  // May be NULL. Makes ready what takes long or may be wrong; starts nothing.
  mr_code (*prepare)(void* worker, const mr_match_plan* plan, const mr_context* context, mr_error** error);

  // Starts every seat, or none.
  mr_code (*start)(void** run, void* worker, const mr_match_plan* plan, const mr_context* context, mr_error** error);

  // May be NULL. After a crash of the runner: the run in the plan's spool folder, if it goes on; else
  // MR_ERROR_NOT_FOUND. What else carries the match's unique id and an older epoch is ended before it returns, and so
  // is that run, when it is not found. The run tells the ends of all its seats, and of its lines those behind the first
  // mr_match_plan_lines_told() of it.
  mr_code (*adopt)(void** run, void* worker, const mr_match_plan* plan, const mr_context* context, mr_error** error);
} mr_executor_vtable;
#define MR_EXECUTOR_VTABLE_INIT \
  { sizeof(mr_executor_vtable), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL }

// `self` is kept.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_executor_new(mr_executor** out, const mr_executor_vtable* vtable, void* self, mr_error** error);

// Lifecycle: unstable since 0.1
MR_API const char* mr_match_plan_match_id(const mr_match_plan* plan);

// That no other match has: several stores may run matches of one id on one host or engine. Never NULL.
// Lifecycle: unstable since 0.1
MR_API const char* mr_match_plan_unique_id(const mr_match_plan* plan);

// Lifecycle: unstable since 0.1
MR_API uint64_t mr_match_plan_epoch(const mr_match_plan* plan);

// Complete: every seat has its role, all limits, and exactly one way to start it.
// Files, environment and the rest are in its JSON.
// Lifecycle: unstable since 0.1
MR_API const mr_game* mr_match_plan_game(const mr_match_plan* plan);

// Absolute, exists, this run's alone. Leave logs/<seat>.stdout (not with MR_WIRING_STDIO),
// logs/<seat>.stderr, output/... and result.json there.
// Lifecycle: unstable since 0.1
MR_API const char* mr_match_plan_spool_folder(const mr_match_plan* plan);

// For seats that are left when the referee or program has ended.
// Lifecycle: unstable since 0.1
MR_API int64_t mr_match_plan_grace_ms(const mr_match_plan* plan);

// What grows in output/ is wanted while it does: put it there by and by.
// Lifecycle: unstable since 0.1
MR_API mr_flag mr_match_plan_follow_output(const mr_match_plan* plan);

// For adopt(): of the run's lines, those that are in the journal, or were dropped.
// Lifecycle: unstable since 0.1
MR_API uint64_t mr_match_plan_lines_told(const mr_match_plan* plan);

// Kill everything at this time on CLOCK_BOOTTIME, unless extend_lease moved it.
// Lifecycle: unstable since 0.1
MR_API int64_t mr_match_plan_lease_deadline_ns(const mr_match_plan* plan);

// While prepare() lasts: how far it is. Some of it becomes events of the match, of type "preparing"; it never waits
// long. `what` and `step` may be NULL; total_bytes 0: not known.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_match_plan_tell(const mr_match_plan* plan, const char* seat, const char* what, const char* step,
                                  uint64_t bytes, uint64_t total_bytes, mr_error** error);

// While start() lasts: a seat runs, or, `ready` not 0, what its `ready` asks for holds, too. Whoever asked for the
// match by a message of older clients hears of it; it never waits long.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_match_plan_tell_start(const mr_match_plan* plan, const char* seat, mr_flag ready, mr_error** error);

// `host` may be NULL; port 0: none; pid 0: not known.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_endpoint_list_add(mr_endpoint_list* endpoints, const char* seat, const char* host, uint16_t port,
                                    int64_t pid, mr_error** error);

// The report is one JSON line that the referee or program wrote to MATCHRUNNER_EVENTS.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_run_report_line(mr_run_report* report, const char* json, size_t length, mr_error** error);

// The report is that `lines` such lines were dropped: too long, or too many.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_run_report_dropped(mr_run_report* report, uint64_t lines, mr_error** error);

typedef struct mr_seat_report {
  uint32_t struct_size;
  mr_verdict verdict;
  mr_flag has_exit_code;
  mr_flag has_signal;
  mr_flag truncated;
  int32_t exit_code;
  int32_t signal;
  double cpu_seconds;
  double wall_seconds;
  uint64_t peak_memory_bytes;
  const char* seat;    // its name
  const char* detail;  // one line for a person; may be NULL
  const char* limit;   // that it reached, by its name in match files; NULL: none
  double limit_value;  // what that allows
  uint64_t output_bytes;
  uint32_t processes;
} mr_seat_report;
#define MR_SEAT_REPORT_INIT \
  { sizeof(mr_seat_report), 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0, NULL, NULL, NULL, 0.0, 0, 0 }

// The report is how one seat ended.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_run_report_seat_ended(mr_run_report* report, const mr_seat_report* seat, mr_error** error);

// The report is the last: no process is left, and all files are in the spool folder. `infrastructure_error` tells, in
// one line, that the host and not a contestant made the run fail; NULL: it did not.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_run_report_ended(mr_run_report* report, const char* infrastructure_error, mr_error** error);

// Adapters of your own: from now on `scheme` can be opened for that port, by mr_*_open and by the URLs of
// mr_runner_options. `open` gets the whole URL and gives a handle, which the library frees. `form` is for
// mr_adapter_list_form. `self` is kept as long as the process lives; `open` may be called from any thread.
// MR_ERROR_ALREADY_EXISTS: the scheme is taken.
typedef mr_code (*mr_artifact_sink_opener)(mr_artifact_sink** out, void* self, const char* url, mr_error** error);
typedef mr_code (*mr_event_sink_opener)(mr_event_sink** out, void* self, const char* url, mr_error** error);
typedef mr_code (*mr_command_source_opener)(mr_command_source** out, void* self, const char* url, mr_error** error);
typedef mr_code (*mr_executor_opener)(mr_executor** out, void* self, const char* url, mr_error** error);

// Lifecycle: unstable since 0.1
MR_API mr_code mr_add_artifact_sink(const char* scheme, const char* form, mr_artifact_sink_opener open, void* self,
                                    mr_error** error);

// Lifecycle: unstable since 0.1
MR_API mr_code mr_add_event_sink(const char* scheme, const char* form, mr_event_sink_opener open, void* self,
                                 mr_error** error);

// Lifecycle: unstable since 0.1
MR_API mr_code mr_add_command_source(const char* scheme, const char* form, mr_command_source_opener open, void* self,
                                     mr_error** error);

// Lifecycle: unstable since 0.1
MR_API mr_code mr_add_executor(const char* scheme, const char* form, mr_executor_opener open, void* self,
                               mr_error** error);

// ---- Conformance: does a port keep the contract? --------------------------------------------------------------------
//
// Each suite is a table of named checks, the same that the library's own adapters pass. `open` gives a port on fresh,
// empty ground when `fresh`, and on the ground of the last fresh one otherwise; the suite frees it.

// Told for each check, in order, in the calling thread. `applied` 0: the port says that it cannot do this. No failures:
// it held.
typedef void (*mr_check_report)(void* self, const char* check, mr_flag applied, const char* const* failures,
                                size_t failure_count);

typedef struct mr_state_store_subject {
  uint32_t struct_size;
  uint32_t reserved;  // 0
  void* self;
  mr_code (*open)(mr_state_store** out, void* self, mr_flag fresh, mr_error** error);
} mr_state_store_subject;
#define MR_STATE_STORE_SUBJECT_INIT \
  { sizeof(mr_state_store_subject), 0, NULL, NULL }

// *failed: how many checks did not hold. `report` may be NULL. MR_OK: the suite ran, whatever it found.
// So for the other suites.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_check_state_store(size_t* failed, const mr_state_store_subject* subject, mr_check_report report,
                                    void* report_self, mr_error** error);

typedef struct mr_artifact_sink_subject {
  uint32_t struct_size;
  uint32_t reserved;  // 0
  void* self;
  mr_code (*open)(mr_artifact_sink** out, void* self, mr_flag fresh, mr_error** error);
} mr_artifact_sink_subject;
#define MR_ARTIFACT_SINK_SUBJECT_INIT \
  { sizeof(mr_artifact_sink_subject), 0, NULL, NULL }

// Lifecycle: unstable since 0.1
MR_API mr_code mr_check_artifact_sink(size_t* failed, const mr_artifact_sink_subject* subject, mr_check_report report,
                                      void* report_self, mr_error** error);

typedef struct mr_event_sink_subject {
  uint32_t struct_size;
  uint32_t reserved;  // 0
  void* self;
  mr_code (*open)(mr_event_sink** out, void* self, mr_flag fresh, mr_error** error);
  // Adds what the peer has received since the last fresh open, in its order.
  mr_code (*received)(mr_event_list* events, void* self, mr_error** error);
} mr_event_sink_subject;
#define MR_EVENT_SINK_SUBJECT_INIT \
  { sizeof(mr_event_sink_subject), 0, NULL, NULL, NULL }

// Lifecycle: unstable since 0.1
MR_API mr_code mr_check_event_sink(size_t* failed, const mr_event_sink_subject* subject, mr_check_report report,
                                   void* report_self, mr_error** error);

// Adds a copy.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_event_list_add(mr_event_list* events, const mr_event* event, mr_error** error);

typedef struct mr_command_source_subject {
  uint32_t struct_size;
  uint32_t reserved;  // 0
  void* self;
  mr_code (*open)(mr_command_source** out, void* self, mr_flag fresh, mr_error** error);
  // Makes the peer deliver this body; also called from another thread while a poll waits.
  mr_code (*send)(void* self, const char* body, size_t length, mr_error** error);
} mr_command_source_subject;
#define MR_COMMAND_SOURCE_SUBJECT_INIT \
  { sizeof(mr_command_source_subject), 0, NULL, NULL, NULL }

// Lifecycle: unstable since 0.1
MR_API mr_code mr_check_command_source(size_t* failed, const mr_command_source_subject* subject, mr_check_report report,
                                       void* report_self, mr_error** error);

typedef struct mr_game_server_subject {
  uint32_t struct_size;
  uint32_t reserved;  // 0
  void* self;
  mr_code (*open)(mr_game_server** out, void* self, mr_flag fresh, mr_error** error);
} mr_game_server_subject;
#define MR_GAME_SERVER_SUBJECT_INIT \
  { sizeof(mr_game_server_subject), 0, NULL, NULL }

// Lifecycle: unstable since 0.1
MR_API mr_code mr_check_game_server(size_t* failed, const mr_game_server_subject* subject, mr_check_report report,
                                    void* report_self, mr_error** error);

// What the suite's seats are. Shell: commands, "sh -c ...". Scripted: `custom` is {}, and each argument is one step:
// "print TEXT", "print_error TEXT", "event JSON", "result JSON", "output NAME=CONTENT", "hang", "exit CODE", "crash".
#define MR_SEATS_SHELL 1
#define MR_SEATS_SCRIPTED 2

typedef struct mr_executor_subject {
  uint32_t struct_size;
  uint32_t seats;  // MR_SEATS_*
  void* self;
  mr_code (*open)(mr_executor** out, void* self, mr_flag fresh, mr_error** error);
} mr_executor_subject;
#define MR_EXECUTOR_SUBJECT_INIT \
  { sizeof(mr_executor_subject), 0, NULL, NULL }

// Spool folders are made in the system's temporary folder, and removed.
// Lifecycle: unstable since 0.1
MR_API mr_code mr_check_executor(size_t* failed, const mr_executor_subject* subject, mr_check_report report,
                                 void* report_self, mr_error** error);

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // MATCHRUNNER_H
