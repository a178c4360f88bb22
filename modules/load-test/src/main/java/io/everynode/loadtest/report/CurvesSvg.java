package io.everynode.loadtest.report;

import io.everynode.loadtest.report.Curves.Panel;
import io.everynode.loadtest.report.Curves.Point;
import io.everynode.loadtest.report.Curves.Series;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Draws panels below each other as SVG, with the number of nodes from left to right (logarithmic). Pure. */
public final class CurvesSvg {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 340;
    private static final int LEFT = 80;
    private static final int TOP = 40;
    private static final int PLOT_WIDTH = 500;
    private static final int PLOT_HEIGHT = 240;
    private static final int LEGEND = LEFT + PLOT_WIDTH + 20;
    private static final int LINE = 18;

    /** Told from each other also by those who do not see red and green apart (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000");

    private final StringBuilder svg = new StringBuilder();

    private CurvesSvg() {}

    /**
     * @param panels at least one, each with a point
     * @param logarithmic figures as well, for lines that are far from each other
     */
    public static String draw(List<Panel> panels, boolean logarithmic) {
        CurvesSvg drawing = new CurvesSvg();
        drawing.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n",
                WIDTH, HEIGHT * panels.size());
        drawing.add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n");
        for (int i = 0; i < panels.size(); i++) {
            drawing.add("<g transform=\"translate(0,%d)\">%n", i * HEIGHT);
            drawing.panel(panels.get(i), logarithmic);
            drawing.add("</g>%n");
        }
        drawing.add("</svg>%n");
        return drawing.svg.toString();
    }

    private void panel(Panel panel, boolean logarithmic) {
        TreeSet<Integer> nodes = new TreeSet<>();
        double lowest = Double.MAX_VALUE;
        double highest = 0;
        for (Series series : panel.series()) {
            for (Point point : series.points()) {
                nodes.add(point.nodes());
                highest = Math.max(highest, point.y());
                lowest = point.y() > 0 ? Math.min(lowest, point.y()) : lowest;
            }
        }
        Axis x = Axis.ofNodes(nodes);
        Axis y = logarithmic && highest > 0 ? Axis.logarithmic(lowest, highest) : Axis.linear(highest);
        text(LEFT, TOP - 16, "start", panel.title(), " font-weight=\"bold\"");
        grid(x, y);
        text(LEFT + PLOT_WIDTH / 2, TOP + PLOT_HEIGHT + 40, "middle", "nodes", "");
        for (int i = 0; i < panel.series().size(); i++) {
            series(panel.series().get(i), i, x, y);
        }
    }

    private void grid(Axis x, Axis y) {
        for (double tick : y.ticks()) {
            double at = TOP + PLOT_HEIGHT - y.place(tick, PLOT_HEIGHT);
            line(LEFT, at, LEFT + PLOT_WIDTH, at, "#dddddd");
            text(LEFT - 8, at + 4, "end", amount(tick), "");
        }
        for (double tick : x.ticks()) {
            double at = LEFT + x.place(tick, PLOT_WIDTH);
            line(at, TOP, at, TOP + PLOT_HEIGHT, "#eeeeee");
            text(at, TOP + PLOT_HEIGHT + 18, "middle", amount(tick), "");
        }
        line(LEFT, TOP + PLOT_HEIGHT, LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT, "#444444");
        line(LEFT, TOP, LEFT, TOP + PLOT_HEIGHT, "#444444");
    }

    private void series(Series series, int number, Axis x, Axis y) {
        String colour = COLOURS.get(number % COLOURS.size());
        // The colours come round again with broken lines.
        String dash = number < COLOURS.size() ? "" : " stroke-dasharray=\"5 3\"";
        StringBuilder path = new StringBuilder();
        for (Point point : series.points()) {
            double value = y.logarithmic() ? Math.max(point.y(), y.low()) : point.y();
            double atX = LEFT + x.place(point.nodes(), PLOT_WIDTH);
            double atY = TOP + PLOT_HEIGHT - y.place(value, PLOT_HEIGHT);
            path.append(String.format(Locale.ROOT, "%s%.1f,%.1f", path.isEmpty() ? "" : " ", atX, atY));
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", atX, atY, colour);
        }
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>%n", path, colour, dash);
        int at = TOP + number * LINE;
        add(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"%s/>%n",
                LEGEND, at, LEGEND + 18, at, colour, dash);
        text(LEGEND + 24, at + 4, "start", series.name(), "");
    }

    private void line(double x1, double y1, double x2, double y2, String colour) {
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n", x1, y1, x2, y2, colour);
    }

    private void text(double x, double y, String anchor, String text, String more) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n", x, y, anchor, more, escaped(text));
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private static String amount(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", Math.round(value))
                : String.format(Locale.ROOT, "%s", (float) value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
