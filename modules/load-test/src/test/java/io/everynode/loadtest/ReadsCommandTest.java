package io.everynode.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadsCommandTest {

    @Test
    void quantilesAreValuesThatWereMeasured() {
        double[] values = {5, 1, 4, 2, 3};
        assertThat(ReadsCommand.quantile(values, 0.5)).isEqualTo(3);
        assertThat(ReadsCommand.quantile(values, 0.99)).isEqualTo(5);
        assertThat(ReadsCommand.quantile(values, 0)).isEqualTo(1);
        assertThat(ReadsCommand.quantile(new double[] {1.23456}, 0.5)).isEqualTo(1.23);
    }
}
