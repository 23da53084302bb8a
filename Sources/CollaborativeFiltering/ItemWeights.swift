public import Compute

/// Weights between items, `[items, items]`: row j holds what having item j in the history adds to
/// the score of each target item.
///
/// A user's scores are the sum of the rows of the items in the history; see
/// ``Compute/SparseMatrix/add(row:scaledBy:to:)``. The diagonal is empty.
public typealias ItemWeights = SparseMatrix
