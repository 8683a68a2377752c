#pragma once
// Engines are how OpenSSL 3.0 reaches PKCS#11 tokens, and are marked as deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/err.h>
#include <openssl/ec.h>
#include <openssl/engine.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <openssl/rsa.h>
#include <openssl/bio.h>
#include <openssl/rand.h>
#include <openssl/pkcs12.h>

/// The flags that write a name as RFC 2253 does; Swift doesn't see composed macros.
static const unsigned long rfc2253NameFlags = XN_FLAG_RFC2253;
