#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift can't call: one function for each type of value.

static inline CURLcode modelpack_curl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode modelpack_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(handle, option, value);
}

// libcurl copies the text.
static inline CURLcode modelpack_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

// Body and headers of each response go to the two functions, with `context` as their last argument.
static inline CURLcode modelpack_curl_set_receiver(CURL *handle, curl_write_callback body, curl_write_callback header,
                                                   void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_HEADERDATA, context);
    return code;
}

// libcurl copies the bytes; a list has to live as long as the transfer.
static inline CURLcode modelpack_curl_set_post(CURL *handle, const void *bytes, size_t count, struct curl_slist *headers) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_COPYPOSTFIELDS, bytes);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_HTTPHEADER, headers);
    return code;
}

// The last response's status; 0 before there is one.
static inline long modelpack_curl_status(CURL *handle) {
    long status = 0;
    (curl_easy_getinfo)(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}
