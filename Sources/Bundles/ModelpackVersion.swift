/// The version of this modelpack: what bundles may require at least, and what builds name.
package let modelpackVersion = "0.1.0"
