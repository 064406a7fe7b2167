# SPDX-License-Identifier: Apache-2.0
# Builds SOURCE with COMPILE and what pkg-config says of MODULE, and runs it. LIBRARIES: the installed library folder.
set(ENV{PKG_CONFIG_PATH} ${LIBRARIES}/pkgconfig)
execute_process(COMMAND pkg-config --cflags --libs ${MODULE} OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${flags}")
execute_process(COMMAND ${COMPILE} ${SOURCE} -o ${PROGRAM} ${flags} COMMAND_ERROR_IS_FATAL ANY)
set(ENV{LD_LIBRARY_PATH} ${LIBRARIES})
execute_process(COMMAND ${PROGRAM} COMMAND_ERROR_IS_FATAL ANY)
