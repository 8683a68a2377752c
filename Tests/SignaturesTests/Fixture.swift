/// Public keys made by OpenSSL, and a signature made by model_signing 1.1.1.
enum Fixture {
    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMZYi6AWc234CdPxtAEnWt+cn99gM
        rn8gk6G0EsI1DJgexb53zaRRAHnVNDt9G3Eamh7qnNViUZk+yLz8xAeklg==
        -----END PUBLIC KEY-----

        """

    static let compressedPublicKey = """
        -----BEGIN PUBLIC KEY-----
        MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACMZYi6AWc234CdPxtAEnWt+cn99gM
        rn8gk6G0EsI1DJg=
        -----END PUBLIC KEY-----

        """

    static let otherCurve = """
        -----BEGIN PUBLIC KEY-----
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEkyIRkqP9x1Q4MT6XAMlbewv463hNjXFk
        3mpSSZbAoafcQVSUu4a3naeHZi04iMgDwVK2Jp/i7WGQ0Vnz9txINw==
        -----END PUBLIC KEY-----

        """

    static let shortRSA = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCtHTa93nk+q/3J/HYQDskWeYIY
        rOvIr8M0YPI92j4hPCbYrmStPf7LiK/Uq0r5WGP3++r9sYn8O48g6OD8ID72p0XX
        J7kHlUf3kar3LQzSM395qv+oNLS5YzhuUe/5vlucNgJUxM+XPMtTnYbscvI/vM5D
        n0Iq0aWgXp97s9ACmQIDAQAB
        -----END PUBLIC KEY-----

        """

    static let foreignSignature = #"""
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"h\#
        int":"bcf28c8be072b9093305791abbdfc396c4a8cc7eb1e9ec22fb9eb2104880bbe0"},"tlogEntries":[]},"dsseEnve\#
        lope":{"payload":"ewogICJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwKICAic3ViamVjdCI6IF\#
        sKICAgIHsKICAgICAgIm5hbWUiOiAibSIsCiAgICAgICJkaWdlc3QiOiB7CiAgICAgICAgInNoYTI1NiI6ICI2MGNjMzcyMGMzMz\#
        IxMWIzNWJjMzc0YjRjZmNkM2E5ZjJkNWU2Y2E5YjcxNGEzZWQ1MDA3MTJkMjQ1YzU3MmI5IgogICAgICB9CiAgICB9CiAgXSwKIC\#
        AicHJlZGljYXRlVHlwZSI6ICJodHRwczovL21vZGVsX3NpZ25pbmcvc2lnbmF0dXJlL3YxLjAiLAogICJwcmVkaWNhdGUiOiB7Ci\#
        AgICAicmVzb3VyY2VzIjogWwogICAgICB7CiAgICAgICAgIm5hbWUiOiAiYS5qc29uIiwKICAgICAgICAiZGlnZXN0IjogIjczY2\#
        IzODU4YTY4N2E4NDk0Y2EzMzIzMDUzMDE2MjgyZjNkYWQzOWQ0MmNmNjJjYTRlNzlkZGEyYWFjN2Q5YWMiLAogICAgICAgICJhbG\#
        dvcml0aG0iOiAic2hhMjU2IgogICAgICB9LAogICAgICB7CiAgICAgICAgIm5hbWUiOiAibW9kZWwvbW9kZWwuZ2d1ZiIsCiAgIC\#
        AgICAgImRpZ2VzdCI6ICI5OGVhNmU0ZjIxNmYyZmI0YjY5ZmZmOWIzYTQ0ODQyYzM4Njg2Y2E2ODVmM2Y1NWRjNDhjNWQzZmIxMT\#
        A3YmU0IiwKICAgICAgICAiYWxnb3JpdGhtIjogInNoYTI1NiIKICAgICAgfQogICAgXSwKICAgICJzZXJpYWxpemF0aW9uIjogew\#
        ogICAgICAiYWxsb3dfc3ltbGlua3MiOiBmYWxzZSwKICAgICAgIm1ldGhvZCI6ICJmaWxlcyIsCiAgICAgICJpZ25vcmVfcGF0aH\#
        MiOiBbCiAgICAgICAgIi5naXRpZ25vcmUiLAogICAgICAgICIuZ2l0aHViIiwKICAgICAgICAiLmdpdGF0dHJpYnV0ZXMiLAogIC\#
        AgICAgICIuZ2l0IgogICAgICBdLAogICAgICAiaGFzaF90eXBlIjogInNoYTI1NiIKICAgIH0KICB9Cn0=","payloadType":"a\#
        pplication/vnd.in-toto+json","signatures":[{"sig":"MEUCIQDVlxRGScn4Eu6p8hsLaOMbJ46I+FwwLRloowvfIni2r\#
        QIgTyyjm39S9js1jjnCo6RNFTRSpOO1kCOKIUGsX+PJGvo=","keyid":""}]}}
        """#
}
