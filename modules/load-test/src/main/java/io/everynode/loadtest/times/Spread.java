package io.everynode.loadtest.times;

/**
 * How a time was spread over so many cases, in milliseconds; to three digits, as HdrHistogram keeps them.
 *
 * @param max the longest
 */
public record Spread(long count, double p50, double p99, double max) {}
