/// Seeds in the formats that are text.
enum SeedText {
    static let manifest = """
        name: tiny
        version: 1.0.0
        source: ../model
        quantization:
          type: q4_k_m
          rules:
            - {tensor: "blk.*.attn_q.weight", type: q8_0}
        license: {spdx: MIT, file: LICENSE}
        requires: {memory: 512MiB, cpu: [avx2]}
        suites: [golden/a.jsonl]
        gate: [{measure: accuracy, minimum: 0.5, relative: true}]
        floor: 0.9.0
        """
    static let suite = """
        {"id":"a","prompt":"Hi","expect":{"contains":"x"},"tags":["t"],"max_tokens":8,"smoke":true}
        {"id":"b","messages":[{"role":"user","content":"Hi"}],"expect":{"regex":"a+b*"}}
        {"id":"c","prompt":"","expect":{"json_schema":{"type":"object"}}}
        """
    static let json = #"{"a":[1,-2,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{"c":{}}}"#
    static let schema = """
        {"type":"object","properties":{"a":{"type":"integer","minimum":0},"b":{"pattern":"a*"}},"required":["a"]}
        {"a":1,"b":"aaa"}
        """
    static let channel = """
        {"models":{"tiny":{"releases":[{"version":"1.0.0","index_sha256":\
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","percent":12.5,"salt":"00ff",\
        "not_before":"2026-01-01T00:00:00Z","step_back_from":["2.0.0"]}]}}}
        """
    static let templates = [
        """
        {%- for m in messages -%}{% if m['role'] == 'user' and not loop.first %}<|{{ m.role | upper }}|>
        {{ m['content'] | trim }}{% elif m is defined %}{{ m.content[1:-1] ~ loop.index }}{% endif %}{% endfor %}
        """,
        """
        {% set ns = namespace(n=0) %}{% macro f(a, b=2) %}{{ a * b }}{% endmacro %}{% for i in range(3) %}\
        {% set ns.n = ns.n + i ** 2 %}{% endfor %}{{ f(ns.n) }}{{ '%05.2f|%s' % (1.5, 'x') }}\
        {{ '{:>8}'.format('a') }}{{ messages | tojson(indent=2) }}{{ [3, 1] | sort | join(',') }}
        """,
    ]
    static let state = """
        {"format":1,"last_check":1,"models":{"tiny":{"blocked":[{"version":"1.0.0","index_sha256":"aa","reason":"r"}],\
        "confirmed":{"version":"1.1.0","index_sha256":"bb","floor":"1.0.0"},"floor":"1.0.0","previous":\
        {"version":"1.0.1","index_sha256":"cc"},"trial":{"release":{"version":"1.2.0","index_sha256":"dd"},\
        "deadline":5,"attempts_left":1},"undecided":{"index_sha256":"ee","count":1}}}}
        """
    static let history = """
        {"at":"2026-01-01T00:00:00Z","event":"installed","model":"tiny","version":"1.0.0"}
        {"at":"2026-01-02T00:00:00Z","event":"refused","model":"tiny","reason":"r","version":"1.1.0"}
        """
    static let device = """
        repository: https://example.org/models
        channel: stable
        id: 000102030405060708090a0b0c0d0e0f
        confirm: app
        check: {seconds: 60, memory: 512, attempts: 2, hours: 1}
        limits: {rate: 100, connect_seconds: 5, stall_seconds: 5}
        """
    static let config = """
        {"architectures":["LlamaForCausalLM"],"hidden_act":"silu","num_hidden_layers":1,"hidden_size":8,\
        "max_position_embeddings":64,"intermediate_size":16,"num_attention_heads":2,"num_key_value_heads":1,\
        "vocab_size":4,"rms_norm_eps":1e-5,"rope_scaling":{"rope_type":"llama3","factor":8}}
        """
    static let tokenizers = [
        """
        {"added_tokens":[{"id":3,"content":"<s>","special":true}],"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},\
        "merges":["a b"]},"pre_tokenizer":{"type":"ByteLevel"},"post_processor":{"type":"ByteLevel"}}
        """,
        """
        {"model":{"type":"BPE","byte_fallback":true,"unk_token":"<unk>","vocab":{"<unk>":0,"<0x41>":1,"\u{2581}":2},\
        "merges":[["a","b"]]},"normalizer":{"type":"Replace","pattern":{"String":" "},"content":"\u{2581}"},\
        "pre_tokenizer":null,"decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"}]}}
        """,
    ]
    static let gate = """
        pass_rate: 0.95
        limits:
          - {measure: pass_rate, tag: t, minimum: -0.02, relative: true}
        changed: [a]
        """

    /// A reference, a challenge, Docker's configuration and an artifact's manifest.
    static let registry = [
        "[::1]:5000/a/b__c/d--e:V_1.0@sha256:" + String(repeating: "0a", count: 32),
        #"Negotiate, Basic realm="a \"b\"" , charset=UTF-8,Bearer realm="https://a/b",scope="repository:a:pull,push""#,
        #"{"auths":{"r.example.com":{"auth":"YTpi"},"https://b/v1/":{"identitytoken":"x"}},"credsStore":"s"}"#,
        #"{"schemaVersion":2,"artifactType":"application/vnd.cncf.model.manifest.v1+json","config":{"mediaType":"a","#
            + #""digest":"sha256:\#(String(repeating: "0a", count: 32))","size":2},"layers":[{"mediaType":"#
            + #""application/vnd.cncf.model.weight.config.v1.raw","digest":"sha256:\#(String(repeating: "0b", count: 32))","#
            + #""size":3,"annotations":{"org.cncf.model.filepath":"index.json"}}]}"#,
    ]

    /// An address, a file of Amazon's settings, a service's answer.
    static let bucket = [
        "s3://a.b-1/x/y/",
        "[default]\naws_access_key_id = A\n# no\n[profile ci]\nregion=eu-west-1\ns3 =\n  x = y\nendpoint_url = http://[::1]:9/a\n",
        #"<?xml version="1.0"?><!-- a --><A xmlns="b"><K>a &amp; &#x62;&#99;</K><E/><C><D>3</D></C></A>"#,
    ]
}
