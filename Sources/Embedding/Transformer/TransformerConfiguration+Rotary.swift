// The settings of the families with rotary positions.

extension TransformerConfiguration {
  mutating func readNomicBERT(_ settings: Settings) throws(EmbeddingError) {
    tokenTypes = try settings.integer("type_vocab_size", in: 1...1 << 16, default: 2)
    biases = Biases(
      attention: try settings.boolean("qkv_proj_bias") ?? false,
      expansion: try settings.boolean("mlp_fc1_bias") ?? false,
      contraction: try settings.boolean("mlp_fc2_bias") ?? false)
    // The options of the older program, which the family shares with others.
    for key in [
      "prenorm", "parallel_block", "use_rms_norm", "causal", "rotary_emb_interleaved",
      "scale_attn_by_inverse_layer_idx",
    ] where try settings.boolean(key) == true {
      throw settings.unsupported("\"\(key)\": true", "false is, as in the models for text")
    }
    for key in ["num_experts", "moe_every_n_layers"]
    where try settings.integer(key, in: 0...1 << 20, default: 0) > 0 {
      throw settings.unsupported(
        "a mixture of experts (\"\(key)\")", "models with one feed-forward block a layer are")
    }
    guard settings.value["rotary_emb_scale_base"] == nil else {
      throw settings.unsupported("\"rotary_emb_scale_base\"", "null is")
    }
    guard try settings.number("rotary_emb_fraction", default: 1) == 1 else {
      throw settings.wrong("rotary_emb_fraction", "1: heads are turned as a whole")
    }
    if settings.value["rotary_scaling_factor"] != nil {
      // Texts longer than those of training would be turned by other angles for each length.
      let trained = try settings.integer("max_trained_positions", in: 1...1 << 20, default: 2048)
      maximumTokens = min(maximumTokens, trained)
    }
    // The older program rounds the vocabulary up.
    let multiple = try settings.integer("pad_vocab_size_multiple", in: 1...1 << 16, default: 1)
    vocabularySize = (vocabularySize + multiple - 1) / multiple * multiple
    try turnHeads(settings)
    let base = try Self.rotationBase(
      settings.object("rope_parameters"), "rotary_emb_base", default: 1000, settings)
    for index in layers.indices { layers[index].rotationBase = base }
  }

  mutating func readModernBERT(_ settings: Settings) throws(EmbeddingError) {
    normsFirst = true
    let feedForward = try settings.boolean("mlp_bias") ?? false
    biases = Biases(
      attention: try settings.boolean("attention_bias") ?? false, expansion: feedForward,
      contraction: feedForward, norms: try settings.boolean("norm_bias") ?? false)
    try turnHeads(settings)
    let window = try settings.integer("local_attention", in: 0...1 << 20, default: 128) / 2
    let parameters = try settings.object("rope_parameters")
    let global = try Self.rotationBase(
      parameters?.object("full_attention"), "global_rope_theta", default: 160_000, settings)
    let local = try Self.rotationBase(
      parameters?.object("sliding_attention"), "local_rope_theta", default: 10_000, settings)
    for (index, isLocal) in try attendsLocally(settings).enumerated() {
      layers[index].rotationBase = isLocal ? local : global
      layers[index].window = isLocal ? window : nil
      layers[index].hasAttentionNorm = index > 0  // The embeddings are normed already.
    }
  }

  /// For each layer, whether a token attends to its neighbours only.
  private func attendsLocally(_ settings: Settings) throws(EmbeddingError) -> [Bool] {
    guard let listed = settings.value["layer_types"] else {
      let period = try settings.integer("global_attn_every_n_layers", in: 1...1 << 16, default: 3)
      return layers.indices.map { $0 % period != 0 }
    }
    let known = ["full_attention": false, "sliding_attention": true]
    let types = listed.elements?.map { $0.string.flatMap { known[$0] } } ?? []
    guard types.count == layers.count, !types.contains(nil) else {
      throw settings.wrong(
        "layer_types",
        "\"full_attention\" or \"sliding_attention\" for each of \(layers.count) layers")
    }
    return types.compactMap { $0 }
  }

  /// Sets positions to rotary, within bounds that keep the tables of angles small.
  private mutating func turnHeads(_ settings: Settings) throws(EmbeddingError) {
    positions = .rotary
    let channels = try settings.integer("head_dim", in: 1...1 << 16, default: headSize)
    guard channels == headSize else {
      throw settings.wrong("head_dim", "\(headSize), the hidden size over the attention heads")
    }
    guard headSize % 2 == 0, headSize <= 1024 else {
      throw EmbeddingError(
        path: settings.path,
        reason:
          "its attention heads have \(headSize) channels, expected an even number up to 1024, "
          + "since rotary positions turn them in pairs")
    }
    guard maximumTokens <= 1 << 16 else {
      throw EmbeddingError(
        path: settings.path,
        reason:
          "it has \(maximumTokens) positions, expected at most \(1 << 16) where they are rotary")
    }
  }

  /// - Parameters:
  ///   - parameters: Where newer files keep the base.
  ///   - olderKey: Where older ones do.
  private static func rotationBase(
    _ parameters: Settings?, _ olderKey: String, default fallback: Double, _ settings: Settings
  ) throws(EmbeddingError) -> Double {
    let type = try parameters?.string("rope_type") ?? "default"
    guard type == "default", settings.value["rope_scaling"] == nil else {
      throw settings.unsupported(
        "a scaling of rotary positions", "the \"rope_type\" \"default\" is")
    }
    let older = try settings.number(olderKey, default: fallback)
    let base = try parameters?.number("rope_theta", default: older) ?? older
    guard base > 1, base < 1e12 else {
      throw EmbeddingError(
        path: settings.path,
        reason: "the base of its rotary positions is \(base), expected a number above 1")
    }
    return base
  }
}
