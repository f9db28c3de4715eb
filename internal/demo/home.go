package demo

var bySize = Text{"Ukuran", "Size"}

func textiles() []Product {
	return []Product{
		{
			"kemeja-batik-parang", "batik-tenun",
			Text{"Kemeja Batik Parang", "Parang Batik Shirt"},
			Text{
				"Batik cap Solo bermotif parang pada katun primisima, lengan pendek. Cuci dengan lerak, jemur di tempat teduh.",
				"Stamped Solo batik in the parang pattern on fine cotton, short sleeves. Wash with soapnut, dry in the shade.",
			},
			bySize, sizes("BTK-PARANG", 285000),
			Art{Cloth, 0x5b3a1e, 0xe9d8a6},
		},
		{
			"kain-batik-mega-mendung", "batik-tenun",
			Text{"Kain Batik Mega Mendung", "Mega Mendung Batik Cloth"},
			Text{
				"Awan berlapis dari Cirebon dalam tujuh gradasi biru. Batik tulis, 250 × 105 cm, setiap lembar berbeda.",
				"Layered clouds from Cirebon in seven shades of blue. Hand-drawn, 250 × 105 cm, and no two are alike.",
			},
			Text{"Warna", "Colour"},
			[]Variant{
				{"BTK-MEGA-BIRU", Text{"Biru", "Blue"}, 675000, 420, 9},
				{"BTK-MEGA-MERAH", Text{"Merah", "Red"}, 675000, 420, 6},
			},
			Art{Cloth, 0x1d3557, 0xa8dadc},
		},
		{
			"selendang-tenun-sumba", "batik-tenun",
			Text{"Selendang Tenun Ikat Sumba", "Sumba Ikat Shawl"},
			Text{
				"Benang katun dicelup indigo dan mengkudu, ditenun di Kaliuda selama enam minggu. 180 × 45 cm.",
				"Cotton dyed with indigo and morinda root, six weeks on a loom in Kaliuda. 180 × 45 cm.",
			},
			Text{},
			single("TNN-SUMBA", 850000, 380, 7),
			Art{Cloth, 0x6a1b1a, 0x223a5e},
		},
		{
			"blus-lurik-klaten", "batik-tenun",
			Text{"Blus Lurik Klaten", "Klaten Lurik Blouse"},
			Text{
				"Lurik alat tenun bukan mesin, garis halus, kerah shanghai. Adem untuk kerja seharian.",
				"Lurik from a hand-operated loom, fine stripes, a mandarin collar. Cool for a whole working day.",
			},
			bySize, sizes("LRK-KLATEN", 235000),
			Art{Cloth, 0x2e4057, 0xf3f3e6},
		},
		{
			"syal-sutra-sengkang", "batik-tenun",
			Text{"Syal Sutra Sengkang", "Sengkang Silk Scarf"},
			Text{
				"Sutra Bugis bermotif kotak balo renni, ringan dan mengilap. 170 × 60 cm, tepi dijahit tangan.",
				"Bugis silk in the small balo renni check, light with a sheen. 170 × 60 cm, hem sewn by hand.",
			},
			Text{"Warna", "Colour"},
			[]Variant{
				{"STR-SENG-KUN", Text{"Kunyit", "Turmeric"}, 320000, 110, 18},
				{"STR-SENG-UNG", Text{"Ungu", "Purple"}, 320000, 110, 14},
			},
			Art{Cloth, 0xd98324, 0x5b2a86},
		},
		{
			"dompet-perca-batik", "batik-tenun",
			Text{"Dompet Kain Perca Batik", "Batik Patchwork Purse"},
			Text{
				"Dijahit dari sisa kain batik Pekalongan; motif tidak bisa dipilih, dan itulah asyiknya. Ritsleting logam.",
				"Sewn from offcuts of Pekalongan batik; the pattern is a surprise, which is the fun of it. Metal zip.",
			},
			Text{},
			single("BTK-DOMPET", 65000, 90, 64),
			Art{Cloth, 0x0b6e4f, 0xfa9f42},
		},
	}
}

func crafts() []Product {
	return []Product{
		{
			"keranjang-rotan-cirebon", "kerajinan",
			Text{"Keranjang Rotan Cirebon", "Cirebon Rattan Basket"},
			Text{
				"Rotan utuh dianyam rapat dengan pegangan kulit. Untuk cucian, mainan atau tanaman.",
				"Whole rattan, close woven, with leather handles. For laundry, toys or a plant.",
			},
			bySize,
			[]Variant{
				{"KRJ-ROTAN-S", Text{"Kecil, 25 cm", "Small, 25 cm"}, 145000, 900, 26},
				{"KRJ-ROTAN-L", Text{"Besar, 40 cm", "Large, 40 cm"}, 245000, 1900, 14},
			},
			Art{Basket, 0xb9823f, 0x6f4518},
		},
		{
			"lampu-meja-bambu", "kerajinan",
			Text{"Lampu Meja Bambu", "Bamboo Table Lamp"},
			Text{
				"Kap bilah bambu dari Tasikmalaya, fiting E27, kabel tekstil 1,8 m. Bohlam tidak termasuk.",
				"A shade of bamboo strips from Tasikmalaya, E27 socket, 1.8 m of textile cable. Bulb not included.",
			},
			Text{},
			single("KRJ-LAMPU", 310000, 1400, 17),
			Art{Lamp, 0xcaa472, 0xfff1c1},
		},
		{
			"talenan-kayu-jati", "kerajinan",
			Text{"Talenan Kayu Jati", "Teak Chopping Board"},
			Text{
				"Jati limbah mebel Jepara, satu bilah tanpa sambungan, diminyaki kelapa. 38 × 20 cm.",
				"Teak left over from Jepara's furniture makers, one piece without joints, coconut oiled. 38 × 20 cm.",
			},
			Text{},
			single("KRJ-TALENAN", 165000, 1250, 33),
			Art{Board, 0x9c6b3f, 0x5c3a1e},
		},
		{
			"mangkuk-kelapa-set", "kerajinan",
			Text{"Set Mangkuk Batok Kelapa", "Coconut Bowl Set"},
			Text{
				"Dua mangkuk dan dua sendok dari batok kelapa yang dipoles. Bukan untuk mesin pencuci piring.",
				"Two bowls and two spoons of polished coconut shell. Not for the dishwasher.",
			},
			Text{},
			single("KRJ-BATOK", 79000, 420, 58),
			Art{Bowl, 0x4b2e20, 0xf7f1e1},
		},
		{
			"keranjang-lontar-rote", "kerajinan",
			Text{"Keranjang Lontar Rote", "Rote Lontar Basket"},
			Text{
				"Daun lontar yang diasap sampai hitam, dianyam rapat di Pulau Rote, pegangan rotan. Untuk belanja atau piknik.",
				"Lontar palm leaf smoked to black, close woven on Rote island, with a rattan handle. For the market or a picnic.",
			},
			Text{},
			single("KRJ-LONTAR", 275000, 800, 11),
			Art{Basket, 0x2f2a25, 0xd3b17d},
		},
		{
			"mangkuk-kayu-ukir-bali", "kerajinan",
			Text{"Mangkuk Kayu Ukir Bali", "Carved Balinese Wooden Bowl"},
			Text{
				"Kayu suar bubut tangan dari Tegallalang, 16 cm, dilapisi lilin lebah. Untuk buah kering atau kunci rumah.",
				"Hand-turned suar wood from Tegallalang, 16 cm, finished with beeswax. For dried fruit or the house keys.",
			},
			Text{},
			single("KRJ-MANGKUK", 95000, 320, 40),
			Art{Bowl, 0xd8b384, 0x7f5539},
		},
	}
}

func care() []Product {
	return []Product{
		{
			"sabun-beras-merah", "perawatan",
			Text{"Sabun Beras Merah", "Red Rice Soap"},
			Text{
				"Sabun batang proses dingin dengan dedak beras merah dan minyak kelapa. Lembut, tanpa pewangi buatan.",
				"A cold-process bar with red rice bran and coconut oil. Gentle, without artificial scent.",
			},
			Text{},
			single("PRW-SABUN", 32000, 110, 130),
			Art{Board, 0xb56576, 0xf8edeb},
		},
		{
			"lulur-boreh-bali", "perawatan",
			Text{"Lulur Boreh Bali", "Balinese Boreh Scrub"},
			Text{
				"Bubuk rempah hangat: jahe, cengkih, pala dan beras. Campur dengan air, gosokkan, bilas.",
				"A warming spice powder: ginger, clove, nutmeg and rice. Mix with water, rub in, rinse.",
			},
			byWeight,
			[]Variant{
				{"PRW-BOREH-100", Text{"100 g", "100 g"}, 48000, 130, 70},
				{"PRW-BOREH-250", Text{"250 g", "250 g"}, 99000, 290, 40},
			},
			Art{Jar, 0xc58940, 0x5c3d2e},
		},
		{
			"minyak-kayu-putih-buru", "perawatan",
			Text{"Minyak Kayu Putih Buru", "Buru Cajuput Oil"},
			Text{
				"Disuling di Pulau Buru, kadar sineol tinggi. Beberapa tetes saat masuk angin atau digigit nyamuk.",
				"Distilled on Buru island, high in cineole. A few drops for a cold or a mosquito bite.",
			},
			Text{"Isi", "Volume"},
			[]Variant{
				{"PRW-KAYUPUTIH-60", Text{"60 ml", "60 ml"}, 36000, 110, 95},
				{"PRW-KAYUPUTIH-120", Text{"120 ml", "120 ml"}, 66000, 200, 60},
			},
			Art{Bottle, 0x2a6f4e, 0xe8f3d6},
		},
		{
			"minyak-tamanu", "perawatan",
			Text{"Minyak Tamanu Murni", "Pure Tamanu Oil"},
			Text{
				"Minyak biji nyamplung dari Kebumen, perasan pertama. Untuk bekas luka dan kulit kering; uji dulu di lengan.",
				"First-press nyamplung seed oil from Kebumen. For scars and dry skin; test on the arm first.",
			},
			Text{},
			single("PRW-TAMANU", 89000, 90, 48),
			Art{Bottle, 0x55602b, 0xf0ead2},
		},
		{
			"sampo-batang-lidah-buaya", "perawatan",
			Text{"Sampo Batang Lidah Buaya", "Aloe Shampoo Bar"},
			Text{
				"Pengganti dua botol sampo, tanpa plastik. Lidah buaya Pontianak, kemiri dan sereh wangi.",
				"In place of two bottles, without plastic. Pontianak aloe, candlenut and citronella.",
			},
			Text{},
			single("PRW-SAMPO", 45000, 85, 88),
			Art{Board, 0x588157, 0xdad7cd},
		},
		{
			"lilin-aroma-cempaka", "perawatan",
			Text{"Lilin Aroma Cempaka", "Champaca Candle"},
			Text{
				"Lilin kedelai dengan minyak cempaka dan kenanga dalam gelas daur ulang. Menyala sekitar 30 jam.",
				"Soy wax with champaca and cananga oil in a recycled glass. Burns for about 30 hours.",
			},
			Text{},
			single("PRW-LILIN", 118000, 380, 29),
			Art{Tin, 0xe9c46a, 0x6d597a},
		},
	}
}
