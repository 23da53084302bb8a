import Compute
import Embedding
import Foundation
import Testing

@Suite struct `The configuration of a transformer` {
  /// A copy of a model, with what stands in its config.json changed; nil takes a member away.
  private func copy(of name: String, _ changes: [String: Any?]) throws -> ModelCopy {
    let copy = try ModelCopy(of: "families/" + name)
    let data = Data(try copy.read("config.json"))
    var config = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    for (key, value) in changes { config[key] = value }
    try copy.write("config.json", Array(try JSONSerialization.data(withJSONObject: config)))
    return copy
  }

  private func failure(of name: String, _ changes: [String: Any?]) throws -> String {
    let copy = try copy(of: name, changes)
    do throws(EmbeddingError) {
      _ = try Transformer(modelFolder: copy.path)
      return "loaded"
    } catch {
      #expect(error.path.hasPrefix(copy.path))
      return error.reason
    }
  }

  @Test func `of another family is refused, and told which are supported`() throws {
    let message = try failure(of: "bert", ["model_type": "deberta-v2"])
    #expect(message.hasPrefix("the architecture \"deberta-v2\" is not supported; \"bert\", "))
    for name in FamilyVectors.names where !name.contains("-") || name == "xlm-roberta" {
      #expect(message.contains("\"\(name)\""), "\(name)")
    }
  }

  @Test func `that asks for what no encoder here does is refused by name`() throws {
    let cases: [(String, [String: Any?], String)] = [
      ("bert", ["is_decoder": true], "\"is_decoder\": true is not supported"),
      ("roberta", ["add_cross_attention": true], "\"add_cross_attention\": true is not supported"),
      (
        "bert", ["position_embedding_type": "relative_key"],
        "the position embedding \"relative_key\" is not supported; \"absolute\" is"
      ),
      ("electra", ["quantization_config": ["bits": 4]], "a quantized checkpoint"),
      ("mpnet", ["relative_attention_num_buckets": 64], "is 64, expected a whole number from 32"),
      ("albert", ["num_hidden_groups": 0], "\"num_hidden_groups\" is 0, expected a whole number"),
      ("albert", ["num_hidden_groups": 5], "\"num_hidden_groups\" is 5, expected a whole number"),
      ("albert", ["inner_group_num": 1e9], "\"inner_group_num\" is 1000000000, expected a whole"),
      ("roberta", ["max_position_embeddings": 2], "is 2, expected more than 2, since positions"),
      ("roberta", ["pad_token_id": 500], "\"pad_token_id\" is 500, expected a whole number from 0"),
      ("bert", ["layer_norm_eps": -1], "\"layer_norm_eps\" is -1, expected a number from 0 to 1"),
      ("bert", ["vocab_size": 1e15], "\"vocab_size\" is 1000000000000000, expected a whole number"),
      ("bert", ["hidden_size": 0], "\"hidden_size\" is 0, expected a whole number from 1"),
      ("bert", ["num_hidden_layers": 2.5], "\"num_hidden_layers\" is 2.5, expected a whole number"),
      ("modernbert", ["layer_types": ["full_attention"]], "expected \"full_attention\" or"),
      ("modernbert", ["layer_types": "full_attention"], "\"layer_types\" is the string"),
      (
        "modernbert", ["rope_parameters": ["full_attention": ["rope_type": "yarn"]]],
        "a scaling of rotary positions is not supported"
      ),
      ("modernbert", ["rope_scaling": ["factor": 2]], "a scaling of rotary positions is not"),
      (
        "modernbert", ["rope_parameters": ["full_attention": ["rope_theta": 0]]],
        "the base of its rotary positions is 0.0, expected a number above 1"
      ),
      ("modernbert", ["max_position_embeddings": 1 << 20], "expected at most 65536"),
      ("modernbert", ["num_attention_heads": 32], "have 1 channels, expected an even number"),
      ("modernbert", ["hidden_activation": "mish"], "the activation \"mish\" is not supported"),
      ("nomic_bert", ["head_dim": 4], "\"head_dim\" is 4, expected 8"),
      ("nomic_bert-gated", ["prenorm": true], "\"prenorm\": true is not supported"),
      ("nomic_bert-gated", ["rotary_emb_interleaved": true], "\"rotary_emb_interleaved\": true is"),
      (
        "nomic_bert-gated", ["rotary_emb_fraction": 0.5],
        "\"rotary_emb_fraction\" is 0.5, expected 1"
      ),
      ("nomic_bert-gated", ["rotary_emb_scale_base": 512], "\"rotary_emb_scale_base\" is not"),
      ("nomic_bert-gated", ["num_experts": 8], "a mixture of experts (\"num_experts\") is not"),
      (
        "nomic_bert-gated", ["activation_function": "glu"],
        "the activation \"glu\" is not supported"
      ),
    ]
    for (name, changes, reason) in cases {
      let message = try failure(of: name, changes)
      #expect(message.contains(reason), "\(name) \(changes): \(message)")
    }
  }

  @Test func `that contradicts the weights is refused with both shapes`() throws {
    let cases: [(String, [String: Any?], String)] = [
      ("bert", ["vocab_size": 121], "has the shape [120, 32] and config.json asks for [121, 32]"),
      ("bert", ["num_hidden_layers": 3], "it has no tensor \"bert.encoder.layer.2.attention.self."),
      ("distilbert", ["dim": 64], "has the shape [120, 32] and config.json asks for [120, 64]"),
      ("roberta", ["pad_token_id": 0], "loaded"),  // One position more: a table says no more.
      ("mpnet", ["max_position_embeddings": 200], "shape [182, 32] and config.json asks for [200,"),
      (
        "albert", ["embedding_size": 32],
        "has the shape [120, 16] and config.json asks for [120, 32]"
      ),
      (
        "electra", ["embedding_size": 17],
        "has the shape [120, 16] and config.json asks for [120, 17]"
      ),
      ("modernbert", ["norm_bias": true], "it has no tensor \"model.embeddings.norm.bias\""),
      ("modernbert-biased", ["intermediate_size": 57], "config.json asks for [114, 32]"),
      (
        "nomic_bert", ["qkv_proj_bias": true],
        "it has no tensor \"nomic_bert.encoder.layers.0.attn."
      ),
    ]
    for (name, changes, reason) in cases {
      let message = try failure(of: name, changes)
      #expect(message.contains(reason), "\(name) \(changes): \(message)")
    }
  }

  @Test func `in the words of older programs means the same`() throws {
    let modernBERT: [String: Any?] = [
      "rope_parameters": nil as Any?, "layer_types": nil as Any?, "global_rope_theta": 160_000.0,
      "local_rope_theta": 10_000.0, "global_attn_every_n_layers": 3,
      "position_embedding_type": "absolute",
    ]
    let nomicBERT: [String: Any?] = [
      "rope_parameters": nil as Any?, "hidden_size": nil as Any?, "n_embd": 32,
      "num_attention_heads": nil as Any?, "n_head": 4, "num_hidden_layers": nil as Any?,
      "n_layer": 2, "intermediate_size": nil as Any?, "n_inner": 56, "hidden_act": nil as Any?,
      "activation_function": "swiglu", "layer_norm_eps": nil as Any?, "layer_norm_epsilon": 1e-12,
      "max_position_embeddings": nil as Any?, "n_positions": 64, "rotary_emb_base": 1000,
      "prenorm": false, "qkv_proj_bias": false, "rotary_scaling_factor": nil as Any?,
    ]
    for (name, changes) in [("modernbert", modernBERT), ("nomic_bert", nomicBERT)] {
      let golden = try FamilyVectors(name)
      let texts = golden.cases.map(\.ids)
      let copy = try copy(of: name, changes)
      let states = try Transformer(modelFolder: copy.path).hiddenStates(of: texts)
      #expect(try states == Transformer(modelFolder: golden.folder).hiddenStates(of: texts))
    }
  }

  @Test func `changes what is computed where it says so`() throws {
    let cases: [(String, [String: Any?])] = [
      ("modernbert", ["local_attention": 12]),
      ("modernbert", ["global_attn_every_n_layers": 2, "layer_types": nil as Any?]),
      ("modernbert", ["norm_eps": 1e-2]), ("bert", ["layer_norm_eps": 1e-2]),
      ("albert", ["num_hidden_groups": 1]), ("bert", ["hidden_act": "gelu_new"]),
      ("nomic_bert-gated", ["rotary_emb_base": 2000]), ("roberta", ["pad_token_id": 0]),
    ]
    let ids: [Int32] = (0..<30).map { 4 + $0 }
    for (name, changes) in cases {
      let whole = try Transformer(modelFolder: FamilyVectors(name).folder).hiddenStates(of: [ids])
      let copy = try copy(of: name, changes)
      #expect(try Transformer(modelFolder: copy.path).hiddenStates(of: [ids]) != whole, "\(name)")
    }
  }
}
