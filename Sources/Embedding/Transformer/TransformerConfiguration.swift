internal import Compute

/// How an encoder of the BERT family is built: what its families differ in, and nothing else.
///
/// All of them look up a vector for each token, norm it, and send it through layers that each
/// attend and then feed forward (Devlin et al., "BERT: Pre-training of deep bidirectional
/// transformers for language understanding", 2019).
struct TransformerConfiguration: Sendable, Equatable {
  /// How a token's vector learns of its place.
  enum Positions: Sendable, Equatable {
    /// A vector for each position is added to the token's.
    ///
    /// The first position is 0; with a padding token, the one after that token's id, the token
    /// itself wherever it stands has the position of its own id, and the others are counted without
    /// it.
    case learned(padding: Int32?)
    /// Each layer turns its queries and keys: see ``Rotation``.
    case rotary
  }

  /// Which layers of a block have a bias.
  struct Biases: Sendable, Equatable {
    var attention = true
    var expansion = true
    var contraction = true
    var norms = true
  }

  /// What one layer does unlike the others.
  struct Layer: Sendable, Equatable {
    /// What stands before the names of its tensors; layers of the same name share their weights.
    var name: String
    /// The base of its rotary positions.
    var rotationBase: Double?
    /// How many places before and after itself a token attends to; nil for all.
    var window: Int?
    /// Whether the states are normed on account of attention.
    var hasAttentionNorm = true
  }

  var family: TransformerFamily
  var vocabularySize: Int
  /// Channels of the embedding tables; where they are fewer or more than `hiddenSize`, or the
  /// family always has one, a linear layer projects them.
  var embeddingSize: Int
  var hasProjection: Bool
  var hiddenSize: Int
  var attentionHeads: Int
  var intermediateSize: Int
  var layers: [Layer]
  /// The longest sequence that has positions, in tokens.
  var maximumTokens: Int
  var positions: Positions
  /// Whether attention adds a bias by the distance of query and key: see ``RelativeBias``.
  var hasRelativeBias: Bool
  /// The kinds of token, such as the first and the second text of a pair; 0 where the model does
  /// not tell them apart.
  var tokenTypes: Int
  var layerNormEpsilon: Float
  /// Whether a block norms what it reads, rather than the sum of what it read and made (Xiong et
  /// al., "On layer normalization in the transformer architecture", 2020). Then the last states are
  /// normed once more.
  var normsFirst: Bool
  var activation: Activation
  /// Whether the feed-forward block multiplies its activated half by the other.
  var isGated: Bool
  var biases: Biases

  /// Channels of one attention head.
  var headSize: Int { hiddenSize / attentionHeads }

  /// Rows of the position table, of which the padding token's id and what stands before it are not
  /// positions of a text.
  var positionRows: Int {
    if case .learned(let padding?) = positions { return maximumTokens + Int(padding) + 1 }
    return maximumTokens
  }
}
