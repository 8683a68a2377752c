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

// Called about once a second during a transfer, or more often; another result than 0 ends it.
static inline CURLcode modelpack_curl_set_watcher(CURL *handle, curl_xferinfo_callback watcher, void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, watcher);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_XFERINFODATA, context);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_NOPROGRESS, 0L);
    return code;
}

// What a request carries comes from the first function, and from another place on after the second.
static inline CURLcode modelpack_curl_set_sender(CURL *handle, curl_read_callback body, curl_seek_callback rewind,
                                                 void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_READFUNCTION, body);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_SEEKFUNCTION, rewind);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_READDATA, context);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_SEEKDATA, context);
    return code;
}

// The list has to live as long as the transfer.
static inline CURLcode modelpack_curl_set_headers(CURL *handle, struct curl_slist *headers) {
    return (curl_easy_setopt)(handle, CURLOPT_HTTPHEADER, headers);
}
