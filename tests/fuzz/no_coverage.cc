// Takes the calls of code built for the fuzzer in programs that are no fuzzer.

extern "C" void __sanitizer_cov_trace_pc() {}
