/// A family of encoders: what `config.json` calls a model's type, and what its checkpoints call
/// their tensors.
enum TransformerFamily: String, Sendable, CaseIterable {
  case bert
  /// Sanh et al., "DistilBERT, a distilled version of BERT", 2019.
  case distilBERT = "distilbert"
  /// Liu et al., "RoBERTa: A robustly optimized BERT pretraining approach", 2019.
  case roBERTa = "roberta"
  /// Conneau et al., "Unsupervised cross-lingual representation learning at scale", 2020.
  case xlmRoBERTa = "xlm-roberta"
  /// Martin et al., "CamemBERT: a tasty French language model", 2020.
  case camemBERT = "camembert"
  /// Song et al., "MPNet: Masked and permuted pre-training for language understanding", 2020.
  case mpNet = "mpnet"
  /// Lan et al., "ALBERT: A lite BERT for self-supervised learning of language representations",
  /// 2020.
  case alBERT = "albert"
  /// Clark et al., "ELECTRA: Pre-training text encoders as discriminators rather than generators",
  /// 2020.
  case electra
  /// Nussbaum et al., "Nomic Embed: Training a reproducible long context text embedder", 2024.
  case nomicBERT = "nomic_bert"
  /// Warner et al., "Smarter, better, faster, longer", 2024.
  case modernBERT = "modernbert"

  /// What the family's checkpoints call their tensors.
  var names: TensorNames {
    switch self {
    case .bert, .roBERTa, .xlmRoBERTa, .camemBERT, .electra: TensorNames()
    case .distilBERT:
      TensorNames(
        layer: "transformer.layer.",
        queryKeyValue: ["attention.q_lin", "attention.k_lin", "attention.v_lin"],
        attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm",
        expansion: ["ffn.lin1"], contraction: "ffn.lin2", outputNorm: "output_layer_norm")
    case .mpNet:
      TensorNames(
        queryKeyValue: ["attention.attn.q", "attention.attn.k", "attention.attn.v"],
        attentionOutput: "attention.attn.o", attentionNorm: "attention.LayerNorm")
    case .alBERT:
      TensorNames(
        projection: "encoder.embedding_hidden_mapping_in",
        layer: "encoder.albert_layer_groups.",
        queryKeyValue: ["attention.query", "attention.key", "attention.value"],
        attentionOutput: "attention.dense", attentionNorm: "attention.LayerNorm",
        expansion: ["ffn"], contraction: "ffn_output", outputNorm: "full_layer_layer_norm")
    case .nomicBERT:
      TensorNames(
        embeddingNorm: "emb_ln", layer: "encoder.layers.", queryKeyValue: ["attn.Wqkv"],
        attentionOutput: "attn.out_proj", attentionNorm: "norm1", expansion: ["mlp.fc1"],
        gatedExpansion: ["mlp.fc12", "mlp.fc11"], contraction: "mlp.fc2", outputNorm: "norm2")
    case .modernBERT:
      TensorNames(
        words: "embeddings.tok_embeddings", embeddingNorm: "embeddings.norm", layer: "layers.",
        queryKeyValue: ["attn.Wqkv"], attentionOutput: "attn.Wo", attentionNorm: "attn_norm",
        gatedExpansion: ["mlp.Wi"], contraction: "mlp.Wo", outputNorm: "mlp_norm")
    }
  }
}

/// What a checkpoint calls the tensors of an encoder, without the name that a larger model gave the
/// whole of it, such as "bert.", and without the ".weight" and ".bias" of each.
struct TensorNames: Sendable {
  var words = "embeddings.word_embeddings"
  var positions = "embeddings.position_embeddings"
  var tokenTypes = "embeddings.token_type_embeddings"
  var embeddingNorm = "embeddings.LayerNorm"
  var projection = "embeddings_project"
  var relativeBias = "encoder.relative_attention_bias"
  var finalNorm = "final_norm"

  /// What stands before a layer's number.
  var layer = "encoder.layer."
  // Within a layer. Several names are layers that become one, and one name may hold several.
  var queryKeyValue = ["attention.self.query", "attention.self.key", "attention.self.value"]
  var attentionOutput = "attention.output.dense"
  var attentionNorm = "attention.output.LayerNorm"
  var expansion = ["intermediate.dense"]
  /// The half that is activated, then the other.
  var gatedExpansion: [String] = []
  var contraction = "output.dense"
  var outputNorm = "output.LayerNorm"
}
