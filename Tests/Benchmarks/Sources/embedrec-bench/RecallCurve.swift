import Foundation

/// Recall against speed, as a picture for the README.
struct RecallCurve {
  struct Point {
    var recall: Double
    var perSecond: Double
  }

  var title: String
  var points: [Point]

  /// Recall to the right, linear from 0.85 to 1; queries a second upwards, logarithmic.
  var svg: String {
    let (width, height, margin) = (640.0, 400.0, 60.0)
    func x(_ recall: Double) -> Double {
      margin + max(0, recall - 0.85) / 0.15 * (width - 2 * margin)
    }
    func y(_ perSecond: Double) -> Double {
      height - margin - log10(max(1, perSecond / 100)) / 3 * (height - 2 * margin)
    }
    func text(_ x: Double, _ y: Double, _ anchor: String, _ words: String) -> String {
      "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(words)</text>\n"
    }
    var svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
      + "font-family=\"sans-serif\" font-size=\"12\">\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      + text(width / 2, 30, "middle", title)
      + text(width / 2, height - 15, "middle", "recall@10")
    for recall in [0.85, 0.9, 0.95, 1] {
      svg +=
        "<line x1=\"\(x(recall))\" y1=\"\(margin)\" x2=\"\(x(recall))\" y2=\"\(height - margin)\" "
        + "stroke=\"#ddd\"/>\n" + text(x(recall), height - margin + 16, "middle", "\(recall)")
    }
    for rate in [100.0, 1000, 10_000, 100_000] {
      svg +=
        "<line x1=\"\(margin)\" y1=\"\(y(rate))\" x2=\"\(width - margin)\" y2=\"\(y(rate))\" "
        + "stroke=\"#ddd\"/>\n" + text(margin - 6, y(rate) + 4, "end", "\(Int(rate))/s")
    }
    let line = points.map { "\(x($0.recall)),\(y($0.perSecond))" }.joined(separator: " ")
    svg += "<polyline points=\"\(line)\" fill=\"none\" stroke=\"#06c\" stroke-width=\"2\"/>\n"
    return svg + "</svg>\n"
  }
}
