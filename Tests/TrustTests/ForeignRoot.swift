/// A root that python-tuf 7 made: four keys of four kinds must all sign; unknown fields at several levels.
let foreignRoot = #"""
    {"signatures":[{"keyid":"e06a6133bff735c7f776720ce5b9bb93ce0902a05b5fa00b8a77ca84832e8e02","sig":"758c3b\#
    80f23cf108fc626912995f50fd4f6f3f571a25efffc2a8856ef7512dad33c3d87c8daaf09698e2863e3c40bb5f5fc4aba944d421\#
    88aee2e8c3dc633a870a745e59831eab6be5433d8dd754c8fba1e1a70688180efd7f32fc0d4fb63a697f5519df6f9a0fbff4ff3d\#
    4bd52ba8cd3fdcf6bc636f0c11bfd07ab6519368df0ed72adaf9b66c3c187b6b2064a2d1d4060e2c42e225df9a60c995bc8d7b91\#
    7c547bc1d6fcac9adb86e1724abf9c291b44fec15bf1da3b0785fb2384347668a059c888c768c3eb4b558527ef9d852d0d1c66ff\#
    bec8396b5f0a37cf21f48456aad16653a81ed8fc8f976ffb42894b8a0a8ddb54131277077df00065a6dd1e92a9"},{"keyid":"9\#
    7d77667c7536a712f385a7b1db510c69f00981b2a71b79c8a82bacf3ec602b7","sig":"3045022100e05cafad2ec38358aedf30\#
    7b5465422fead20e0a1e50c5ffb5995c207e50c44e022043ae18764a90f914134fef89ad05e7a33a7a2f19daf10ebc44b5e15ede\#
    1e039e"},{"keyid":"43624058dc645b5e18a28ec28c2a7f7d260ec57245efb9b01ff7819f8230e343","sig":"d82b3c83249b\#
    f5f4890567f1102e74bf213801028a2f9cbf87338440f974c3aec1374767c6d9668de902f668492b38e464a420c69342b719e94e\#
    88de5de5e100"},{"keyid":"99c581336033fbb0d1931177887c38046210bdd9c2868d4c8d0da2ebb804c9b7","sig":"306402\#
    3003b08694384d2f36c633a6c08732e8bbe3da2cc06a569716ec472d04ee3bdc38e3b81603c8c97721238bb551d069bd00023014\#
    5c52fdd866aa801fc9367a2430a8842f1cc85b333ac6732cbcd7b243de12a5834edf610927f36cfbf39736e3e14576"}],"signe\#
    d":{"_type":"root","consistent_snapshot":true,"expires":"2036-01-01T00:00:00Z","keys":{"43624058dc645b5e\#
    18a28ec28c2a7f7d260ec57245efb9b01ff7819f8230e343":{"keytype":"ed25519","keyval":{"public":"1024843abb456\#
    1938b2ab7293cfd7e7e9e6c650074e4a59e0828e6dde24da369"},"scheme":"ed25519","x-note":"\u03c0 \"quoted\""},"\#
    97d77667c7536a712f385a7b1db510c69f00981b2a71b79c8a82bacf3ec602b7":{"keytype":"ecdsa","keyval":{"public":\#
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhoSt06nQPd9xG3aNBC4iJC/SAGxd\nuE4V8g6+K\#
    7qz4amDlxK/00K46mLMMk7hHMuqWVDx+rlnl2+DigbyacqzWg==\n-----END PUBLIC KEY-----\n"},"scheme":"ecdsa-sha2-n\#
    istp256","x-note":"\u03c0 \"quoted\""},"99c581336033fbb0d1931177887c38046210bdd9c2868d4c8d0da2ebb804c9b7\#
    ":{"keytype":"ecdsa","keyval":{"public":"-----BEGIN PUBLIC KEY-----\nMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE19y\#
    hDUvjOc0RYJBldkWTiCJ8tDg1SJnf\nq9X25+lCZnuZ/LuzV4ZdzQtQvlSS6N5ToIgk/USVKgO+FRNxNNOvjAQ7a9xS736R\nlI13+K8\#
    maLOYAHS2OKmh9om+OWkLyrKB\n-----END PUBLIC KEY-----\n"},"scheme":"ecdsa-sha2-nistp384","x-note":"\u03c0 \#
    \"quoted\""},"e06a6133bff735c7f776720ce5b9bb93ce0902a05b5fa00b8a77ca84832e8e02":{"keytype":"rsa","keyval\#
    ":{"public":"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvCG1AVn2Xbef5fVfCx4\#
    d\nXanOOfiRjM1WkQVYtm+SRHUJis+991DQY1suHtJMmdpMMYXagnG5QYIQApz/BJ11\nEJnvOs+RJIyVlDeh3IX2h5/FcmIxcLNUKSk\#
    ktkeOXWzAJu2Fm++o42WMkGHpdRLw\neumQTrZXYdiLTDK4y7ZW2QU0ez2C5eYfM44ek//uVq5I/Jdy019zxRmAKn6VU3oT\n1lzJ116\#
    w1z6o0cu1njVEQq17rF3flOwz8cbrf7KPtsuAovGFwDzNigvWCDUTr+E3\nzTaj/0Lfi5VglcQ9bz1Dz2fUPe8ofBVPhQb/YcRAIfV38\#
    IHwRcJ/eiqlyP3WHcAp\n7wIDAQAB\n-----END PUBLIC KEY-----\n"},"scheme":"rsassa-pss-sha256","x-note":"\u03c\#
    0 \"quoted\""}},"roles":{"root":{"keyids":["e06a6133bff735c7f776720ce5b9bb93ce0902a05b5fa00b8a77ca84832e\#
    8e02","97d77667c7536a712f385a7b1db510c69f00981b2a71b79c8a82bacf3ec602b7","43624058dc645b5e18a28ec28c2a7f\#
    7d260ec57245efb9b01ff7819f8230e343","99c581336033fbb0d1931177887c38046210bdd9c2868d4c8d0da2ebb804c9b7"],\#
    "threshold":4},"snapshot":{"keyids":["97d77667c7536a712f385a7b1db510c69f00981b2a71b79c8a82bacf3ec602b7"]\#
    ,"threshold":1},"targets":{"keyids":["97d77667c7536a712f385a7b1db510c69f00981b2a71b79c8a82bacf3ec602b7"]\#
    ,"threshold":1},"timestamp":{"keyids":["97d77667c7536a712f385a7b1db510c69f00981b2a71b79c8a82bacf3ec602b7\#
    "],"threshold":1}},"spec_version":"1.0.31","version":1,"x-owner":{"nested":[1,null,true,"\u00fc"]}}}
    """#
