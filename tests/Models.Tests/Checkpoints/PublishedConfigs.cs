namespace Harness.Models.Tests.Checkpoints;

/// <summary>The config.json of published checkpoints, key by key (lists of names and the like left out where they say nothing).</summary>
internal static class PublishedConfigs
{
    public static IReadOnlyDictionary<string, string> ByName { get; } = new Dictionary<string, string>
    {
        ["llama-7b, first conversion"] = """
            {"architectures":["LLaMAForCausalLM"],"bos_token_id":0,"eos_token_id":1,"hidden_act":"silu","hidden_size":4096,"intermediate_size":11008,
             "initializer_range":0.02,"max_sequence_length":2048,"model_type":"llama","num_attention_heads":32,"num_hidden_layers":32,"pad_token_id":-1,
             "rms_norm_eps":1e-06,"torch_dtype":"float16","transformers_version":"4.27.0.dev0","use_cache":true,"vocab_size":32000}
            """,
        ["llama-2-7b"] = """
            {"_name_or_path":"meta-llama/Llama-2-7b-hf","architectures":["LlamaForCausalLM"],"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu",
             "hidden_size":4096,"initializer_range":0.02,"intermediate_size":11008,"max_position_embeddings":4096,"model_type":"llama","num_attention_heads":32,
             "num_hidden_layers":32,"num_key_value_heads":32,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_scaling":null,"tie_word_embeddings":false,
             "torch_dtype":"float16","transformers_version":"4.31.0.dev0","use_cache":true,"vocab_size":32000}
            """,
        ["llama-2-70b"] = """
            {"architectures":["LlamaForCausalLM"],"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu","hidden_size":8192,"initializer_range":0.02,
             "intermediate_size":28672,"max_position_embeddings":4096,"model_type":"llama","num_attention_heads":64,"num_hidden_layers":80,
             "num_key_value_heads":8,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_scaling":null,"tie_word_embeddings":false,"torch_dtype":"float16",
             "transformers_version":"4.32.0.dev0","use_cache":true,"vocab_size":32000}
            """,
        ["llama-3.1-8b-instruct"] = """
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":128000,"eos_token_id":[128001,128008,128009],
             "hidden_act":"silu","hidden_size":4096,"initializer_range":0.02,"intermediate_size":14336,"max_position_embeddings":131072,"mlp_bias":false,
             "model_type":"llama","num_attention_heads":32,"num_hidden_layers":32,"num_key_value_heads":8,"pretraining_tp":1,"rms_norm_eps":1e-05,
             "rope_scaling":{"factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192,"rope_type":"llama3"},
             "rope_theta":500000.0,"tie_word_embeddings":false,"torch_dtype":"bfloat16","transformers_version":"4.42.3","use_cache":true,"vocab_size":128256}
            """,
        ["llama-3.2-1b, newer form"] = """
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":128000,"dtype":"bfloat16","eos_token_id":128001,
             "head_dim":64,"hidden_act":"silu","hidden_size":2048,"initializer_range":0.02,"intermediate_size":8192,"max_position_embeddings":131072,
             "mlp_bias":false,"model_type":"llama","num_attention_heads":32,"num_hidden_layers":16,"num_key_value_heads":8,"pretraining_tp":1,
             "rms_norm_eps":1e-05,"rope_parameters":{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":8192,
             "rope_theta":500000.0,"rope_type":"llama3"},"tie_word_embeddings":true,"transformers_version":"5.0.0","use_cache":true,"vocab_size":128256}
            """,
        ["tinyllama-1.1b"] = """
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu","hidden_size":2048,
             "initializer_range":0.02,"intermediate_size":5632,"max_position_embeddings":2048,"model_type":"llama","num_attention_heads":32,
             "num_hidden_layers":22,"num_key_value_heads":4,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_scaling":null,"rope_theta":10000.0,
             "tie_word_embeddings":false,"torch_dtype":"bfloat16","transformers_version":"4.35.0","use_cache":true,"vocab_size":32000}
            """,
        ["smollm2-1.7b"] = """
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu",
             "hidden_size":2048,"initializer_range":0.02,"intermediate_size":8192,"is_llama_config":true,"max_position_embeddings":8192,"mlp_bias":false,
             "model_type":"llama","num_attention_heads":32,"num_hidden_layers":24,"num_key_value_heads":32,"pad_token_id":2,"pretraining_tp":1,
             "rms_norm_eps":1e-05,"rope_interleaved":false,"rope_scaling":null,"rope_theta":130000,"tie_word_embeddings":true,"torch_dtype":"bfloat16",
             "transformers_version":"4.42.3","transformers.js_config":{"kv_cache_dtype":{"q4f16":"float16"}},"use_cache":true,"vocab_size":49152}
            """,
        ["opt-125m"] = """
            {"_name_or_path":"facebook/opt-125m","activation_dropout":0.0,"activation_function":"relu","architectures":["OPTForCausalLM"],
             "attention_dropout":0.0,"bos_token_id":2,"do_layer_norm_before":true,"dropout":0.1,"eos_token_id":2,"ffn_dim":3072,"hidden_size":768,
             "init_std":0.02,"layerdrop":0.0,"max_position_embeddings":2048,"model_type":"opt","num_attention_heads":12,"num_hidden_layers":12,
             "pad_token_id":1,"prefix":"</s>","torch_dtype":"float16","transformers_version":"4.21.0.dev0","use_cache":true,"vocab_size":50272,
             "word_embed_proj_dim":768}
            """,
        ["opt-350m"] = """
            {"_name_or_path":"opt-350m","activation_dropout":0.0,"activation_function":"relu","architectures":["OPTForCausalLM"],"attention_dropout":0.0,
             "bos_token_id":2,"do_layer_norm_before":false,"dropout":0.1,"eos_token_id":2,"ffn_dim":4096,"hidden_size":1024,"init_std":0.02,"layerdrop":0.0,
             "max_position_embeddings":2048,"model_type":"opt","num_attention_heads":16,"num_hidden_layers":24,"pad_token_id":1,"prefix":"</s>",
             "torch_dtype":"float16","transformers_version":"4.20.0.dev0","use_cache":true,"vocab_size":50272,"word_embed_proj_dim":512}
            """,
        ["opt-66b"] = """
            {"_remove_final_layer_norm":false,"activation_dropout":0.0,"activation_function":"relu","architectures":["OPTForCausalLM"],
             "attention_dropout":0.0,"bos_token_id":2,"do_layer_norm_before":true,"dropout":0.1,"enable_bias":true,"eos_token_id":2,"ffn_dim":36864,
             "hidden_size":9216,"init_std":0.02,"layer_norm_elementwise_affine":true,"layerdrop":0.0,"max_position_embeddings":2048,"model_type":"opt",
             "num_attention_heads":72,"num_hidden_layers":64,"output_projection":true,"pad_token_id":1,"prefix":"</s>","torch_dtype":"float16",
             "transformers_version":"4.21.0.dev0","use_cache":true,"vocab_size":50272,"word_embed_proj_dim":9216}
            """,
        ["galactica-125m"] = """
            {"activation_function":"gelu","architectures":["OPTForCausalLM"],"bos_token_id":0,"do_layer_norm_before":true,"enable_bias":false,"eos_token_id":2,
             "ffn_dim":3072,"hidden_size":768,"init_std":0.02,"layer_norm_elementwise_affine":false,"learned_embeddings":true,"max_position_embeddings":2048,
             "model_type":"opt","num_attention_heads":12,"num_hidden_layers":12,"pad_token_id":1,"scale_embeddings":false,"torch_dtype":"float16",
             "transformers_version":"4.21.0.dev0","use_cache":true,"vocab_size":50000,"word_embed_proj_dim":768}
            """,
    };
}
