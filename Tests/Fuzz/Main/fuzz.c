/* The main function comes with libFuzzer; what it calls, from FuzzTargets. */
