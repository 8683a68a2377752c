import Glibc

/// Calls `body` with the texts as a C list that ends with a null.
func withCopies<Result>(
    of texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (number, text) in texts.enumerated() { unsafe list[number] = unsafe strdup(text) }
    unsafe list[texts.count] = nil
    defer {
        for number in texts.indices { unsafe free(list[number]) }
        unsafe list.deallocate()
    }
    return unsafe body(list)
}
