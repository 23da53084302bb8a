extension Split.Method: CustomStringConvertible {
  /// For example `last 20 % of each user`.
  public var description: String {
    switch self {
    case .lastShare(let share): "last \(percent(share)) of each user"
    case .leaveLastOneOut: "last one of each user"
    case .random(let share): "random \(percent(share)) of each user"
    case .time(let share): "latest \(percent(share)) of the log"
    }
  }
}

extension Experiment.Parts: CustomStringConvertible {
  /// For example `last 20 % of each user, 20 % of the items cold`.
  public var description: String {
    switch self {
    case .split(let method, let coldItems):
      coldItems > 0 ? "\(method), \(percent(coldItems)) of the items cold" : "\(method)"
    case .files(let train, let test): "\(train) against \(test)"
    }
  }
}

private func percent(_ share: Double) -> String {
  let tenths = (share * 1000).rounded() / 10
  return tenths == tenths.rounded() ? "\(Int(tenths)) %" : "\(tenths) %"
}
